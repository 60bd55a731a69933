import type { Finding, LostGrant, Share } from '../../actions/doctor/finding.ts'
import { commands } from './commands.ts'
import { listed } from './listed.ts'
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
        message: `What would change in stack ${finding.stack} touches no moved traffic, no placeholder, and nothing that a running process needs.`,
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
    case 'target_groups_replaced':
      return {
        message: `The target groups of ${finding.process} would be made anew (${finding.settings.join(', ')}), which CloudFormation refuses for what has a name of its own.`,
        advice: finding.settings.includes('VpcId')
          ? 'Services cannot move between VPCs: make an environment beside this one in the other VPC, and lead its users there.'
          : 'Put the setting back, or make the change under another process name.',
      }
    case 'stray_revision':
      return {
        message: `What runs of ${finding.process} is ${finding.running}, and ${finding.newest} is newer: the next change of the service would bring it into production.`,
        advice: `tapit -a ${typed(app)} status puts away what a failed deploy has left; if it is still there then, somebody else registered it: aws ecs deregister-task-definition --task-definition ${finding.newest}`,
      }
    case 'process_removed':
      return {
        message: `The process ${finding.process} would go: its service and its tasks, and target groups and rules if it has them. Its logs, images and history stay.`,
        advice:
          'Was it renamed? The new one begins with a placeholder: keep both in tapit.yml until it is deployed, then move the routes.',
      }
    case 'process_replaced':
      return processReplaced(finding)
    case 'grants_removed':
      return grantsRemoved(finding, app)
    case 'health_check_changed':
      return healthCheckChanged(finding)
  }
}

function processReplaced({ process, isNameTaken }: Of<'process_replaced'>): FindingText {
  if (isNameTaken === true)
    return {
      message: `CloudFormation would refuse to make a new service of ${process}, since it makes the new one first and the old one still has the name. That is so where a process becomes a worker, or stops being one.`,
      advice:
        'Choose another process name in tapit.yml for the new one, deploy it, then take out the old one.',
    }
  return {
    message: `The service of ${process} would be replaced by a new one, which begins with the newest revision and without tasks. Logs, images and history stay.`,
    advice: 'Expect an interruption, or make the change under another process name first.',
  }
}

/** Kept short: all of it is in the JSON. */
const most = { lost: 3, actions: 2 } as const

function grantsRemoved({ process, role, lost, dockerTag }: Of<'grants_removed'>, app: string): FindingText {
  const what = shortened(lost.map(lostText), most.lost)
  const message = `The ${role} role of ${process} would lose ${what}, which the running revision may still use.`
  // Another deploy of the same image starts with what tapit.yml says now; what the image itself asks for stays what it was.
  if (role === 'task')
    return {
      message,
      advice:
        'What runs is refused it at once. First deploy a version that does without it, then `cdk deploy`; a rollback to an older revision will miss it.',
    }
  const again = commands.createDeploy({ app, processes: [process], dockerTag: dockerTag ?? 'latest' })
  return {
    message,
    advice: `Until the next deploy, a task that is started again would fail, and a rollback to an older revision will miss it then, too. Deploy right after \`cdk deploy\`: ${again} --wait`,
  }
}

function lostText({ actions, resource }: LostGrant): string {
  return actions.length === 0 ? `all of ${resource}` : `${shortened(actions, most.actions)} on ${resource}`
}

function shortened(all: readonly string[], count: number): string {
  return all.length <= count
    ? listed(all)
    : `${all.slice(0, count).join(', ')} and ${all.length - count} more`
}

function healthCheckChanged({ process, changes }: Of<'health_check_changed'>): FindingText {
  const said = changes.map(
    ({ setting, before = 'the default', after = 'the default' }) => `${setting} ${before} → ${after}`,
  )
  const isAskedElsewhere = changes.some(({ setting }) => whatIsAsked.has(setting))
  return {
    message: `The health check of ${process} would change (${said.join(', ')}): the load balancer judges the running tasks by it at once, and ECS replaces those that do not pass.`,
    advice: isAskedElsewhere
      ? 'First deploy a version that answers at both, the old and the new, then `cdk deploy`.'
      : 'See that what runs now passes it, then `cdk deploy`.',
  }
}

/** Settings that change what is asked and answered; the others change how often, and how patiently. */
const whatIsAsked: ReadonlySet<string> = new Set([
  'HealthCheckPath',
  'Matcher',
  'HealthCheckPort',
  'HealthCheckProtocol',
])

type Of<Is extends Finding['is']> = Extract<Finding, { is: Is }>

function weightsMoved(finding: Of<'weights_moved'>, app: string): FindingText {
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
