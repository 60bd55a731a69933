import { Refusal } from '../names/refusal.ts'

/** A `git_hash=` that can be a commit, or exit code 2 with what is allowed: the automatic tag is made of it. */
export function checkGitHash(gitHash: string): string {
  if (/^[0-9a-f]{7,64}$/i.test(gitHash)) return gitHash
  throw new Refusal({
    code: 'bad_git_hash',
    exit: 'usage',
    message: `git_hash="${gitHash}" cannot be a commit.`,
    advice: 'Allowed: its 40 hexadecimal digits (git rev-parse HEAD), or at least the first 7 of them.',
  })
}
