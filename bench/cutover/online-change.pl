# MHA's master_ip_online_change_script: nothing but the statements that the switch needs. MHA's own sample also drops the
# application's account and sleeps until its sessions have gone; leaving that out is in MHA's favour.
use strict;
use warnings;
use DBI;
use Getopt::Long qw(:config pass_through);

my %option;
GetOptions(\%option, 'command=s', map { ("${_}_host=s", "${_}_port=i", "${_}_user=s", "${_}_password=s") } qw(orig_master new_master))
  or die "unreadable arguments\n";

sub server {
  my ($name) = @_;
  my $source = "DBI:mysql:;host=$option{\"${name}_host\"};port=$option{\"${name}_port\"}";
  return DBI->connect($source, $option{"${name}_user"}, $option{"${name}_password"}, { RaiseError => 1, PrintError => 0 });
}

if ($option{command} eq 'stop') {
  server('new_master')->do('SET GLOBAL read_only = 1');
  server('orig_master')->do('SET GLOBAL read_only = 1');
}
elsif ($option{command} eq 'start') {
  server('new_master')->do('SET GLOBAL read_only = 0');
  open my $target, '>>', $ENV{BENCH_TARGET_FILE} or die "cannot append to the target: $!\n";
  print {$target} "$ENV{BENCH_TO}\n";
  close $target or die "cannot append to the target: $!\n";
}
