# MHA 0.58 takes every number of a version for a part of it, and with Perl from 5.22 on dies of the fourth one (5.7.29-0ubuntu0
# has one). Loaded before MHA's own programs, this reads the first three only.
package ServerVersion;
use strict;
use warnings;
use MHA::NodeUtil;

no warnings 'redefine';
*MHA::NodeUtil::parse_mysql_version = sub { return sprintf '%03d%03d%03d', $_[0] =~ /(\d+)\.(\d+)\.(\d+)/ };
*MHA::NodeUtil::parse_mysql_major_version = sub { return sprintf '%03d%03d', $_[0] =~ /(\d+)\.(\d+)/ };

1;
