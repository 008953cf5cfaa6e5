# Tries what a hostile server would, and prints what came of it: 'refused' or what it got.
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();

my ($worker, $port, @files) = @ARGV;
s/^hidden:// for @files;
my ($machine) = (POSIX::uname())[4];
my $arm = $machine eq 'aarch64';
my %found;

sub read_all {
    my $path = shift;
    open(my $file, '<', $path) or return 'refused';
    my $read = sysread($file, my $text, 100);
    return $read ? 'read' : 'refused';
}

$found{environ} = read_all("/proc/$worker/environ");
$found{memory} = open(my $memory, '+<', "/proc/$worker/mem") ? 'opened' : 'refused';

# PTRACE_SEIZE does not stop its victim.
$found{ptrace} = syscall($arm ? 117 : 101, 0x4206, $worker + 0, 0, 0) == 0 ? 'attached' : 'refused';
my $buffer = "\0" x 8;
my ($local, $remote) = (pack('PQ', $buffer, 8), pack('QQ', 0x400000, 8));
$found{readv} = syscall($arm ? 270 : 310, $worker + 0, $local, 1, $remote, 1, 0) > 0 || $!{EFAULT} ? 'read' : 'refused';
$found{signal} = kill(0, $worker) ? 'sent' : 'refused';

my @sockets = (glob("/tmp/dotnet-diagnostic-$worker-*"), glob("/tmp/clr-debug-pipe-$worker-*"));
$found{diagnostics} = (grep { IO::Socket::UNIX->new(Peer => $_) } @sockets) ? 'connected' : 'refused';

my $http = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port", Timeout => 5);
if ($http) {
    my $body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
    print $http "POST /mcp HTTP/1.1\r\nHost: localhost:$port\r\nAccept: application/json, text/event-stream\r\n"
      . "Content-Type: application/json\r\nConnection: close\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
    my $status = <$http> // '';
    $found{port} = $status =~ /^HTTP\/1\.1 (\d+)/ ? $1 : 'silent';
}
else { $found{port} = 'refused' }

for my $i (0 .. $#files) {
    my $folder;
    my $there = opendir($folder, $files[$i]) ? scalar(grep { !/^\./ } readdir $folder) : read_all($files[$i]) eq 'read';
    $found{"file$i"} = $there ? 'read' : 'refused';
}

my $written = "/usr/hostile-$$";
$found{write} = open(my $new, '>', $written) ? 'written' : 'refused';
unlink $written;

# What a careless parent leaves open would be another way out.
opendir(my $fds, '/proc/self/fd');
$found{handles} = join(' ', grep { defined && !/hostile|\/proc\/\d+\/fd/ } map { readlink("/proc/self/fd/$_") } grep { /^\d+$/ && $_ > 2 } readdir $fds);
opendir(my $processes, '/proc');
$found{processes} = scalar grep { /^\d+$/ } readdir $processes;
open(my $status, '<', '/proc/self/status');
for (<$status>) {
    $found{capabilities} = $1 if /^CapEff:\s+(\S+)/;
    $found{bounding} = $1 if /^CapBnd:\s+(\S+)/;
    $found{privileges} = $1 if /^NoNewPrivs:\s+(\S+)/;
    $found{user} = $1 if /^Uid:\s+(\S+)/;
    $found{groups} = $1 if /^Groups:\s*(.*?)\s*$/;
}

$| = 1;
print '{"jsonrpc":"2.0","method":"notifications/test","params":{', join(',', map { qq("$_":"$found{$_}") } sort keys %found), "}}\n";
1 while <STDIN>;
