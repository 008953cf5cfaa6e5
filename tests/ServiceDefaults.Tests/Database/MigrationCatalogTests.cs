using System.Reflection;
using ServiceDefaults.Database;

namespace ServiceDefaults.Tests.Database;

public sealed class MigrationCatalogTests
{
    [Fact]
    [Trait("Requirement", "S-305")]
    public void Embedded_files_are_read_in_the_order_of_their_numbers_over_all_services()
    {
        var migrations = MigrationCatalog.Load(Assembly.GetExecutingAssembly());

        Assert.Equal(["001_first (gateway)", "011_second (gateway)", "100_third (worker)"], migrations.Select(migration => migration.ToString()));
        Assert.Equal("CREATE TABLE first ();\n", migrations[0].Sql.ReplaceLineEndings("\n"));
    }

    [Fact]
    [Trait("Requirement", "S-307")]
    public void Line_endings_and_byte_order_marks_do_not_change_a_checksum()
    {
        var unix = new Migration(1, "gateway", "a", "SELECT 1;\nSELECT 2;\n");

        Assert.Equal(unix.Checksum, new Migration(1, "gateway", "a", "\uFEFFSELECT 1;\r\nSELECT 2;\r\n").Checksum);
        Assert.NotEqual(unix.Checksum, new Migration(1, "gateway", "a", "SELECT 1;\nSELECT 3;\n").Checksum);
    }

    [Fact]
    public void The_products_own_migrations_have_numbers_in_their_services_range()
    {
        Assert.All(MigrationCatalog.Product, migration => Assert.Equal(
            migration.Service, migration.Number switch { < 100 => "gateway", < 200 => "worker", _ => "backup" }));
    }
}
