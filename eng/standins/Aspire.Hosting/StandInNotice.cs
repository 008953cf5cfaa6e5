namespace Aspire.Hosting;

/// <summary>Says once per process what is running here.</summary>
internal static class StandInNotice
{
    private static int _printed;

    public static void Print()
    {
        if (Interlocked.Exchange(ref _printed, 1) == 0)
        {
            Console.WriteLine("Aspire 13.5 stand-ins (this feed has no Aspire packages); official: -p:UseOfficialPackages=true");
        }
    }
}
