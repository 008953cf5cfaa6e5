// The official TypeScript client of protocol versions with sessions, against a server with the diagnostics module.
// Arguments: URL and protocol version. Prints one line of JSON with what it saw.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema, ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

const [url, version] = process.argv.slice(2);
const client = new Client({ name: 'typescript', version: '1' }, { capabilities: { elicitation: {}, sampling: {} } });
client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name: 'Ann', color: 'red' } }));
client.setRequestHandler(CreateMessageRequestSchema, () => ({ model: 'test', role: 'assistant', content: { type: 'text', text: 'Paris' } }));
const changed = new Promise((resolve) => client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve(true)));

const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: {} } });
const send = transport.send.bind(transport);
transport.send = (message, options) => {
    if (message.method === 'initialize') {
        message.params.protocolVersion = version;
    }
    return send(message, options);
};
await client.connect(transport);

const text = (result) => result.content[0].text;
const progress = [];
const seen = {
    version: transport.protocolVersion,
    session: typeof transport.sessionId === 'string',
    tools: (await client.listTools()).tools.length,
    elicited: text(await client.callTool({ name: 'test_input_required_result_multi_round', arguments: {} })),
    sampled: text(await client.callTool({ name: 'test_input_required_result_sampling', arguments: {} })),
};
await client.callTool({ name: 'test_tool_with_progress', arguments: {} }, undefined, { onprogress: (news) => progress.push(news.progress) });
seen.progress = progress;
const stop = new AbortController();
const waiting = client.callTool({ name: 'test_wait', arguments: {} }, undefined, { signal: stop.signal }).then(() => 'answered', () => 'cancelled');
setTimeout(() => stop.abort(), 200);
seen.cancelled = await waiting;
await client.callTool({ name: 'test_trigger_tool_change', arguments: {} });
seen.changed = await changed;
await transport.terminateSession();
await client.close();
console.log(JSON.stringify(seen));
