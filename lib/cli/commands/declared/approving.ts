import type { DeclaredCommand, DeclaredKey } from '../../argv/declared-command.ts'
import { timeout, wait } from '../shared-keys.ts'

/** Approvals: who may say yes, and who said it. */
export const approvingCommands: readonly DeclaredCommand[] = [
  {
    words: ['approve', 'deploy'],
    group: 'Approve',
    summary: 'Approve a deployment that a policy holds up: for its image and task definition, nothing else.',
    keys: [
      id('The deployment (dep_…), or all of a group (grp_…) that wait.'),
      {
        name: 'image',
        list: true,
        summary:
          'The image that you mean, by its digest or how that begins (8 digits at least); refused where it is another.',
      },
      { name: 'message', summary: 'What you have to say of it, for the history.' },
    ],
    flags: [],
    examples: [
      { line: 'tapit approve deploy id=dep_01jd… message="seen in staging"', does: 'Say yes to one.' },
      {
        line: 'tapit approve deploy id=dep_01jd… image=sha256:68ca70f7b1d2c3e4',
        does: 'Say yes to this very image.',
      },
      { line: 'tapit approve deploy id=grp_01jd…', does: 'Say yes to all that one command asked for.' },
    ],
    load: async () => (await import('../approve-deploy.ts')).approveDeploy,
  },
  {
    words: ['deny', 'deploy'],
    group: 'Approve',
    summary: 'Deny a deployment that waits for an approval: it ends, and nothing was changed.',
    keys: [
      id('The deployment (dep_…), or all of a group (grp_…) that wait.'),
      { name: 'message', summary: 'Why, for the history.' },
    ],
    flags: [],
    examples: [
      { line: 'tapit deny deploy id=dep_01jd… message="not on a Friday"', does: 'Say no to one.' },
      { line: 'tapit deny deploy id=grp_01jd…', does: 'Say no to all that one command asked for.' },
    ],
    load: async () => (await import('../deny-deploy.ts')).denyDeploy,
  },
  {
    words: ['execute', 'deploy'],
    group: 'Approve',
    summary: 'Start a deployment that was approved; where it was started already, tell how it stands.',
    keys: [id('The deployment (dep_…), or what of a group (grp_…) is approved.')],
    flags: [wait(), timeout()],
    examples: [
      { line: 'tapit execute deploy id=dep_01jd… --wait', does: 'Start it, and follow it to its end.' },
      { line: 'tapit execute deploy id=grp_01jd…', does: 'Start what of a group is approved, and return.' },
    ],
    load: async () => (await import('../execute-deploy.ts')).executeDeploy,
  },
]

function id(summary: string): DeclaredKey {
  return { name: 'id', summary, selects: true }
}
