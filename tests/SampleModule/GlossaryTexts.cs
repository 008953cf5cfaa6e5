using System.ComponentModel;
using ModelContextProtocol.Server;

namespace SampleModule;

[McpServerResourceType, McpServerPromptType]
public static class GlossaryTexts
{
    [McpServerResource(UriTemplate = "glossary://words", Name = "words", MimeType = "text/plain"), Description("All words of the glossary.")]
    public static string Words(Glossary glossary) => string.Join('\n', glossary.Words);

    [McpServerPrompt(Name = "explain"), Description("Asks for an explanation in the team's own words.")]
    public static string Explain([Description("What to explain.")] string topic) =>
        $"Explain {topic} in two sentences. Look up the words you use with glossary_define and use them as the team does.";
}
