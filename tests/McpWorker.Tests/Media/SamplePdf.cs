using System.Text;

namespace McpWorker.Tests.Media;

/// <summary>Small PDFs, written by hand.</summary>
internal static class SamplePdf
{
    /// <param name="pages">The lines of each page; a page without any is blank.</param>
    public static byte[] Of(string? title, params string[][] pages) => Write(title, encrypt: null, pages);

    /// <summary>One that asks for a password nobody has.</summary>
    public static byte[] Locked() => Write(
        title: null, $"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <{new string('1', 64)}> /U <{new string('2', 64)}> >>", [["secret"]]);

    private static byte[] Write(string? title, string? encrypt, string[][] pages)
    {
        var objects = new List<string>
        {
            "<< /Type /Catalog /Pages 2 0 R >>",
            $"<< /Type /Pages /Count {pages.Length} /Kids [{string.Join(' ', pages.Select((_, i) => $"{4 + (2 * i)} 0 R"))}] >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        };
        foreach (var lines in pages)
        {
            var text = $"BT /F1 12 Tf 72 720 Td {string.Concat(lines.Select(line => $"({line}) Tj 0 -30 Td "))}ET";
            objects.Add($"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents {objects.Count + 2} 0 R >>");
            objects.Add($"<< /Length {text.Length} >>\nstream\n{text}\nendstream");
        }

        objects.Add(title is null ? "<< /Producer (hand) >>" : $"<< /Title ({title}) >>");
        var info = objects.Count;
        if (encrypt is not null)
        {
            objects.Add(encrypt);
        }

        var pdf = new StringBuilder("%PDF-1.4\n");
        var offsets = new List<int>();
        for (var i = 0; i < objects.Count; i++)
        {
            offsets.Add(pdf.Length);
            pdf.Append($"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        var xref = pdf.Length;
        pdf.Append($"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n{string.Concat(offsets.Select(offset => $"{offset:0000000000} 00000 n \n"))}");
        pdf.Append($"trailer\n<< /Size {objects.Count + 1} /Root 1 0 R /Info {info} 0 R {(encrypt is null ? "" : $"/Encrypt {objects.Count} 0 R /ID [<00> <00>]")} >>\nstartxref\n{xref}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(pdf.ToString());
    }
}
