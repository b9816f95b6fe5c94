import { execa } from 'execa';

/**
 * Finds the branch that is checked out in a directory; where none is, as in a job of GitHub Actions, the one that the
 * job is for. Undefined outside a repository.
 */
export async function branchOf(
  directory: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const ofJob = variables.GITHUB_HEAD_REF || variables.GITHUB_REF_NAME || undefined;
  const { stdout, failed } = await execa('git', ['symbolic-ref', '--quiet', '--short', 'HEAD'], {
    cwd: directory,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  });
  return failed || stdout.trim() === '' ? ofJob : stdout.trim();
}
