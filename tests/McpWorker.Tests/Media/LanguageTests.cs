using McpWorker.Media.Reading;
using Testing;

namespace McpWorker.Tests.Media;

[Trait("Requirement", "S-143")]
public sealed class LanguageTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("en", "The ships wait at the outer wall, and berths are given by length of the vessel.")]
    [InlineData("de", "Die Schiffe warten an der Außenmauer, und die Liegeplätze werden nach der Länge vergeben.")]
    [InlineData("fr", "Les navires attendent dans le port et les places sont données par la longueur du bateau.")]
    [InlineData("es", "Los barcos esperan en el puerto y las plazas se dan por la longitud del barco.")]
    [InlineData("it", "Le navi aspettano nel porto e i posti sono assegnati secondo la lunghezza della barca, che è nota.")]
    [InlineData("pt", "Os navios esperam no porto e os lugares são dados pelo comprimento do barco, que não é longo.")]
    [InlineData("nl", "De schepen wachten in de haven en het liggeld wordt door de havenmeester aan het einde van de dag geïnd.")]
    [InlineData("sv", "Fartygen väntar i hamnen och platserna ges efter längden, men det är inte så att de får välja.")]
    [InlineData("fi", "Laivat odottavat satamassa ja paikat annetaan pituuden mukaan, mutta se on vain tapa, joka ei ole sääntö.")]
    [InlineData("hu", "A hajók a kikötőben várnak, és az a szokás, hogy a helyek nem hosszúság szerint, hanem sorban kelnek el.")]
    [InlineData("ru", "Корабли ждут в порту, и места даются по длине, но это не так просто, как кажется.")]
    [InlineData("el", "Τα πλοία περιμένουν στο λιμάνι.")]
    [InlineData("ar", "السفن تنتظر في الميناء")]
    [InlineData("ta", "கப்பல்கள் துறைமுகத்தில் காத்திருக்கின்றன")]
    [InlineData("hi", "जहाज बंदरगाह में हैं और यह जगह लंबाई के अनुसार दी जाती है")]
    [InlineData("en", "BERTH_FEE=4")]
    public void A_text_tells_its_language(string language, string text) => Assert.Equal(language, LanguageGuess.Of(text));

    [Fact]
    public async Task Documents_are_listed_and_searched_by_label_and_language()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();
        await client.CallAsync("media_ingest", ("content", "Der Hafen und die Schiffe, die auf einen Platz im Hafen warten."), ("tags", new[] { "port", "old" }), ("title", "german"));
        await client.CallAsync("media_ingest", ("content", "The harbour and its ships. Hafen is German."), ("tags", new[] { "port" }), ("title", "english"));

        Assert.Equal(["english", "german"], await TitlesAsync("media_list", ("tags", new[] { "port" })));
        Assert.Equal(["german"], await TitlesAsync("media_list", ("tags", new[] { "port", "old" })));
        Assert.Equal(["german"], await TitlesAsync("media_list", ("language", "de")));
        Assert.Equal(["english"], await TitlesAsync("media_search", ("query", "Hafen"), ("language", "en")));
        Assert.Equal(["german"], await TitlesAsync("media_search", ("query", "Hafen"), ("tags", new[] { "old" })));

        async Task<IEnumerable<string?>> TitlesAsync(string tool, params (string, object?)[] arguments) =>
            (await client.CallAsync(tool, arguments)).Data().GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString());
    }
}
