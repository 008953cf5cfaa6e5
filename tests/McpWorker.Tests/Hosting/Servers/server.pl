# An MCP server for tests, of the protocol of 2025. Its first argument says what it does besides.
use strict;
use warnings;

$| = 1;
my $mood = shift // '';
my @rest = @ARGV;
my @held;

sub say_line { print "$_[0]\n" }

sub notify {
    my ($name, $text) = @_;
    $text =~ s/(["\\])/\\$1/g;
    $text =~ s/\n/\\n/g;
    say_line(qq({"jsonrpc":"2.0","method":"notifications/test","params":{"$name":"$text"}}));
}

# Its name shows whose it is: a test looks for it.
sub sleeper { exec 'sh', '-c', 'while :; do sleep 1000; done', 'sleeper.pl', @rest }

if ($mood eq 'environment') {
    notify('environment', join("\n", map { "$_=$ENV{$_}" } sort keys %ENV));
    require Cwd;
    notify('folder', Cwd::getcwd());
    notify('arguments', join('|', @rest));
}
elsif ($mood eq 'stderr') { print STDERR "$_\n" for @rest }
elsif ($mood eq 'stderr-flood') { 1 while print STDERR 'x' x 200, "\n" }
elsif ($mood eq 'garbage') { say_line($_) for 'Hello, I am a server.', '[1,2]', '{"jsonrpc":', '{"a":1}', '' }
elsif ($mood eq 'garbage-flood') { 1 while print 'y' x 200, "\n" }
elsif ($mood eq 'flood') { 1 while print qq({"jsonrpc":"2.0","method":"notifications/test","params":{"n":1}}\n) }
elsif ($mood eq 'large') { print '{"x":"', 'z' x 100_000 for 1 .. 1000; say_line('"}') }
elsif ($mood eq 'memory') {
    for my $i (1 .. 30) {
        # Each written to, for equal ones would share their memory.
        $held[$i] = 'm' x 10_000_000;
        substr($held[$i], $_ * 4096, 1) = 'n' for 0 .. 2000;
    }
    notify('held', scalar @held);
}
elsif ($mood eq 'fork') { for (1 .. 2000) { my $child = fork; last unless defined $child; if (!$child) { sleep 1000 while 1 } } notify('forked', 'as many as it may') }
elsif ($mood eq 'bomb') { fork while 1 }
elsif ($mood eq 'daemon') {
    # Leaves its parent, its group and its session, and forgets where it comes from.
    require POSIX;
    if (!fork) {
        POSIX::setsid();
        if (!fork) {
            %ENV = () if ($rest[0] // '') eq 'forgetful';
            sleeper();
        }
        exit 0;
    }
    wait;
    sleeper() unless fork;
    notify('daemon', 'started');
}
elsif ($mood eq 'stubborn') { $SIG{TERM} = 'IGNORE'; notify('ready', ''); sleep 1000 while 1 }
elsif ($mood eq 'deaf') { notify('ready', ''); sleep 1000 while 1 }
elsif ($mood eq 'die') { print STDERR "no such table: orders\n"; exit 3 }
elsif ($mood eq 'mute') { close STDOUT; sleep 1000 while 1 }
elsif ($mood eq 'asked') { $SIG{TERM} = sub { print STDERR "asked to end\n"; exit 0 }; notify('ready', ''); sleep 1000 while 1 }

while (my $line = <STDIN>) {
    my ($method) = $line =~ /"method":"([^"]+)"/;
    my ($id) = $line =~ /"id":("[^"]*"|\d+)/;
    next unless defined $id && defined $method;
    my $result =
        $method eq 'initialize' ? '{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"test","version":"1"}}'
      : $method eq 'ping'       ? '{}'
      : $method eq 'tools/list' ? '{"tools":[{"name":"greet","inputSchema":{"type":"object"}}]}'
      : $method eq 'tools/call' ? '{"content":[{"type":"text","text":"hello"}]}'
      : undef;
    exit 7 if $line =~ /"die-in-call"/;
    say_line(defined $result ? qq({"jsonrpc":"2.0","id":$id,"result":$result}) : qq({"jsonrpc":"2.0","id":$id,"error":{"code":-32601,"message":"no such method"}}));
}
