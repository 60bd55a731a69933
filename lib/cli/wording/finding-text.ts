import type { Finding, Share } from '../../actions/doctor/finding.ts'
import { commands } from './commands.ts'
import { typed } from './typed.ts'

export type FindingText = { readonly message: string; readonly advice?: string }

/** What the doctor found in a sentence, and what to do about it. */
export function findingText(finding: Finding, app: string): FindingText {
  switch (finding.is) {
    case 'first_deploy':
      return {
        message: `There is no stack ${finding.stack} yet: nothing runs that \`cdk deploy\` could disturb.`,
      }
    case 'harmless':
      return {
        message: `What would change in stack ${finding.stack} touches no moved traffic, no placeholder and no process.`,
      }
    case 'deployment_in_progress':
      return {
        message: `A deployment of ${finding.process} is in progress; what \`cdk deploy\` changes now could end up in the middle of it.`,
        advice: `Wait for its end, and ask again; where it stands says: tapit -a ${typed(app)} status`,
      }
    case 'weights_moved':
      return weightsMoved(finding, app)
    case 'bootstrap_replaced':
      return {
        message: `The placeholder of ${finding.process} would be made anew, and become the newest revision of ${finding.family}: the next change of the service would bring it into production.`,
        advice:
          'The port of a process is fixed once it exists. Put the old one back, or give the process another name in tapit.yml: a new process with the new port, and a route to it.',
      }
    case 'stray_revision':
      return {
        message: `What runs of ${finding.process} is ${finding.running}, and ${finding.newest} is newer: the next change of the service would bring it into production.`,
        advice: `tapit -a ${typed(app)} status puts away what a failed deploy has left; if it is still there then, somebody else registered it: aws ecs deregister-task-definition --task-definition ${finding.newest}`,
      }
    case 'process_removed':
      return {
        message: `The process ${finding.process} would go: its service with its tasks, target groups and rules. Its logs, images and history stay.`,
        advice:
          'Was it renamed? The new one begins with a placeholder: keep both in tapit.yml until it is deployed, then move the routes.',
      }
    case 'process_replaced':
      return {
        message: `The service of ${finding.process} would be replaced by a new one, which begins with the newest revision and without tasks. Logs, images and history stay.`,
        advice: 'Expect an interruption, or make the change under another process name first.',
      }
  }
}

function weightsMoved(finding: Extract<Finding, { is: 'weights_moved' }>, app: string): FindingText {
  const { process, rule, listens, paths, live, template, dockerTag } = finding
  const whose = process === undefined ? `The rule ${rule}` : `The ${listens} rule of ${process}`
  const where = paths.length === 0 ? '' : ` (${paths.join(', ')})`
  const message = `${whose}${where} sends ${shares(live)} since ECS moved it, and \`cdk deploy\` would write ${shares(template)}.`
  if (listens === 'test')
    return { message, advice: 'Only test traffic is concerned; the next deploy moves it again.' }
  if (process === undefined) return { message, advice: 'Bring its weights to those of the template first.' }
  const again = commands.createDeploy({ app, processes: [process], dockerTag: dockerTag ?? 'latest' })
  return {
    message,
    advice: `Deploy the process once more, which moves its traffic to the target group that the template names, then \`cdk deploy\` at once: ${again} --wait`,
  }
}

function shares(all: readonly Share[]): string {
  if (all.length === 0) return 'nothing anywhere'
  return all.map(({ targetGroup, percent }) => `${percent} % to ${targetGroup}`).join(' and ')
}
