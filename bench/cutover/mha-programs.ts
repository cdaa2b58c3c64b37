/** Finds Debian's MHA. */
import { findDebianProgram, type FoundProgram } from '../debian-programs';

/** A text says why it cannot be run. `mayFetch`: Debian's packages may be downloaded with apt-get. */
export function findMha(mayFetch: boolean): Promise<FoundProgram | string> {
  return findDebianProgram(
    {
      package: 'mha4mysql-manager',
      program: 'masterha_master_switch',
      modules: ['DBD::mysql', 'MHA::MasterRotate'],
      option: '--fetch-mha',
    },
    mayFetch,
  );
}
