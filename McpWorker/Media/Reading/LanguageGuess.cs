using System.Collections.Frozen;

namespace McpWorker.Media.Reading;

/// <summary>
/// The language of a text, among those whose word forms search knows: by its script where that decides, else by how many of each
/// language's commonest words it has. A text that leaves it open counts as English, as ever.
/// </summary>
internal static class LanguageGuess
{
    public const string Default = "en";

    private const int LettersRead = 20_000;
    private const int FewestHits = 3;

    private static readonly (string Language, string Words)[] Common =
    [
        ("en", "the of and to in is that it was for on with as are be this have from or by not but which you they at an his their has were been"),
        ("de", "der die das und ist nicht ein eine zu den mit von auf für sich dem des im auch als wie bei nach wird sind oder aber werden einen einer durch"),
        ("fr", "le la les des et est une dans que qui pour pas sur au par avec plus ce sont il elle du aux cette être ou mais nous vous leur"),
        ("es", "el la los las de que y en un una por con para es se del al como más su pero sus este esta entre cuando muy sin sobre también"),
        ("it", "il lo la gli le di che e un una per con non è si della del dei nel alla sono più come ma anche questo questa nella degli delle"),
        ("pt", "o os as de que e em um uma para com não por mais dos das se ao na no como mas foi são pela pelo também seu sua ele"),
        ("nl", "de het een en van in is dat op te zijn met voor niet aan er maar om ook als door naar bij uit worden werd heeft deze nog wordt"),
        ("da", "og i at det er en til på som for af de med den ikke der et har jeg om var men sig han fra vil også eller blev være"),
        ("sv", "och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan när eller också"),
        ("no", "og i det er en til på som for av med den ikke et har de jeg om var men seg han fra vi så kan når eller også ble være"),
        ("fi", "ja on ei se että oli hän ovat mutta kun niin myös joka sen tai mitä nyt jos vain kuin ole ollut tämä sitä hänen voi olla"),
        ("hu", "a az és hogy nem is egy van meg csak de ha már volt ez mint még el azt ki lehet kell vagy után minden nagyon lesz"),
        ("ro", "și de la în a cu pe care nu este un o din mai pentru ce să sunt se al fi dar sau prin după când acest această fost"),
        ("tr", "ve bir bu da de için ile çok ne olarak daha gibi var kadar sonra olan ama en ya her değil mi oldu olduğu ki göre"),
        ("id", "yang dan di untuk dengan pada ini dari tidak dalam itu adalah akan ke oleh juga ada atau bisa sudah saya lebih telah karena tersebut"),
        ("ca", "el la els les de que i en un una per amb no és del al més com però aquest aquesta són va ha també entre molt pel"),
        ("lt", "ir kad yra tai su iš į buvo bet kaip jis ne ar už per tik dar jau apie nuo po prie jo kuris gali labai"),
        ("ga", "an na agus ar go is a le do bhí tá sé ag i níl seo sin ach ó mar nach raibh ina atá sí"),
        ("eu", "eta da ez bat du dira baina ere zuen hori dute izan den duen zen egin beste hau baino dago behar batean"),
        ("ru", "и в не на что он с как это по но из у за от так для же она мы был все его было если или при бы ее они"),
        ("sr", "и у је да се на за су од са не као што би али који то из о до који је није бити када или само"),
        ("hi", "है के में की और से का को पर यह हैं नहीं कि एक था ने भी हो जो तो थे इस लिए"),
        ("ne", "छ र को मा हो यो पनि छन् भएको लागि गर्न थियो तर गरेको एक हुन्छ भने यस त्यो छैन भन्ने"),
    ];

    private static readonly FrozenDictionary<string, string[]> LanguagesOf = Common
        .SelectMany(entry => entry.Words.Split(' ').Select(word => (Word: word, entry.Language)))
        .Distinct()
        .GroupBy(pair => pair.Word, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.Select(pair => pair.Language).ToArray(), StringComparer.Ordinal);

    public static string Of(string text)
    {
        var start = text.AsSpan(0, Math.Min(text.Length, LettersRead));
        if (ByScript(start) is { } language)
        {
            return language;
        }

        var hits = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var word in start.ToString().ToLowerInvariant().Split(default(char[]), StringSplitOptions.RemoveEmptyEntries))
        {
            if (LanguagesOf.TryGetValue(word.Trim('.', ',', ';', ':', '!', '?', '"', '(', ')', '„', '“', '”', '«', '»', '।'), out var languages))
            {
                foreach (var each in languages)
                {
                    hits[each] = hits.GetValueOrDefault(each) + 1;
                }
            }
        }

        var ranking = hits.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        return ranking.Count == 0 || ranking[0].Value < FewestHits || ranking[0].Value <= hits.GetValueOrDefault(Default) ? Default : ranking[0].Key;
    }

    /// <summary>Scripts that one of the languages has for itself, when most letters are of it.</summary>
    private static string? ByScript(ReadOnlySpan<char> text)
    {
        int letters = 0, greek = 0, arabic = 0, armenian = 0, tamil = 0, hebrew = 0;
        foreach (var letter in text)
        {
            letters += char.IsLetter(letter) ? 1 : 0;
            greek += letter is >= '\u0370' and <= '\u03FF' ? 1 : 0;
            arabic += letter is >= '\u0600' and <= '\u06FF' ? 1 : 0;
            armenian += letter is >= '\u0530' and <= '\u058F' ? 1 : 0;
            tamil += letter is >= '\u0B80' and <= '\u0BFF' ? 1 : 0;
            hebrew += letter is >= '\u0590' and <= '\u05FF' ? 1 : 0;
        }

        var most = Math.Max(Math.Max(greek, arabic), Math.Max(Math.Max(armenian, tamil), hebrew));
        return most * 2 <= letters ? null
            : most == greek ? "el"
            : most == arabic ? "ar"
            : most == armenian ? "hy"
            : most == tamil ? "ta" : "yi";
    }
}
