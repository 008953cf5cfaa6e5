// The official TypeScript client of 2026-07-28, against a server with the diagnostics module.
// Arguments: URL. Prints one line of JSON with what it saw.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const [url] = process.argv.slice(2);
const client = new Client(
    { name: 'typescript', version: '2' },
    { capabilities: { elicitation: {}, sampling: {} }, versionNegotiation: { mode: { pin: '2026-07-28' } } },
);
client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ann', color: 'red' } }));
client.setRequestHandler('sampling/createMessage', () => ({ model: 'test', role: 'assistant', content: { type: 'text', text: 'Paris' } }));
const changed = new Promise((resolve) => client.setNotificationHandler('notifications/tools/list_changed', () => resolve(true)));

const transport = new StreamableHTTPClientTransport(new URL(url));
await client.connect(transport);

const text = (result) => result.content[0].text;
const progress = [];
const seen = {
    version: client.getNegotiatedProtocolVersion(),
    session: typeof transport.sessionId === 'string',
    tools: (await client.listTools()).tools.length,
    elicited: text(await client.callTool({ name: 'test_input_required_result_multi_round', arguments: {} })),
    sampled: text(await client.callTool({ name: 'test_input_required_result_sampling', arguments: {} })),
};
await client.callTool({ name: 'test_tool_with_progress', arguments: {} }, { onprogress: (news) => progress.push(news.progress) });
seen.progress = progress;
const stop = new AbortController();
const waiting = client.callTool({ name: 'test_wait', arguments: {} }, { signal: stop.signal }).then(() => 'answered', () => 'cancelled');
setTimeout(() => stop.abort(), 200);
seen.cancelled = await waiting;
const subscription = await client.listen({ toolsListChanged: true });
await client.callTool({ name: 'test_trigger_tool_change', arguments: {} });
seen.changed = await changed;
await subscription.close();
await client.close();
console.log(JSON.stringify(seen));
