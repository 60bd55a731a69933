import type { Warning } from '../../actions/events.ts'
import { callerName } from './caller-name.ts'
import { counted } from './counted.ts'
import { listed } from './listed.ts'
import { movedTagText } from './moved-tag-text.ts'
import { rebuildText } from './rebuild-text.ts'
import { repositoryPath } from '../../names/repository-path.ts'
import { sentence } from './sentence.ts'

/** What a person should know although it does not stop the deploy. */
export function warningText(warning: Warning): string {
  switch (warning.is) {
    case 'cannot_follow':
      return `a deployment could not be followed here: ${warning.reason}.`
    case 'alarms_ignored':
      return `${listed(warning.alarms)} ${warning.alarms.length === 1 ? 'is' : 'are'} in ALARM already, so ECS ignores all alarms during this deployment: nothing but its health checks would roll it back. Wait until ${warning.alarms.length === 1 ? 'it is' : 'they are'} OK again to have it guarded.`
    case 'nothing_to_roll_back_to':
      return 'no deployment of it has completed yet: if this one fails, there is nothing to roll back to.'
    case 'no_tasks_wanted':
      return 'its desired count is 0, so nothing starts and nothing can be checked.'
    case 'services_left_out':
      return `left out: ${warning.services.map(({ name, why }) => `${name} (${why})`).join(', ')}.`
    case 'tag_chosen':
      return warning.because === 'latest'
        ? `no docker_tag was given: ${warning.dockerTag} it is.`
        : `no docker_tag was given and there is no "latest": the newest image is ${warning.dockerTag}.`
    case 'cannot_roll_back':
      return `it cannot work, but could not be stopped (${warning.reason}); ECS's own circuit breaker will.`
    case 'not_cleaned_up':
      return `${warning.what} could not be cleaned up: ${warning.reason}`
    case 'alarms_too_slow':
      return `its traffic moves on after ${counted(warning.bake, 'minute')}, and on AWS its alarms take about ${warning.needed} to ring: a bad version would have more of it by then.`
    case 'longer_than_wait':
      return `its strategy alone takes ${counted(warning.minutes, 'minute')}, longer than it is followed here: say --timeout ${warning.minutes + 30}m.`
    case 'traffic_misplaced':
      return misplacedText(warning)
    case 'not_restored':
      return `its service still has the deployment configuration of this deployment: ${warning.reason}`
    case 'rebuilding':
      return rebuildText(warning.dockerTag, warning.source)
    case 'not_promoted':
      return notPromotedText(warning)
    case 'release_left_out':
      return `the release command runs with ${warning.process}, which is not deployed now: it does not run.`
    case 'starts_again':
      return `it was stopped by ${callerName(warning.stop.by)}${warning.stop.reason === undefined ? '' : ` (${warning.stop.reason})`}: it starts again, with ${counted(warning.desired, 'task')}${warning.stop.scaling === undefined ? '' : '; auto scaling goes on once it is live'}.`
    case 'not_resumed':
      return `its auto scaling still rests since it was stopped: ${warning.reason}`
    case 'overridden':
      return `${callerName(warning.by)} goes past ${listed(warning.policies)} (override): ${warning.reason}. It is recorded.`
    case 'begun_elsewhere':
      return `${warning.by === undefined ? 'another command' : callerName(warning.by)} has started it already.`
    case 'not_overridden':
      return `the ${warning.policies.length === 1 ? 'policy' : 'policies'} ${listed(warning.policies)} cannot be overridden: override= counts for nothing there.`
    case 'tag_moved':
      return movedTagText(warning)
    case 'same_version':
      return `${listed(warning.deployments.map(({ id, dockerTag }) => `${id} (${dockerTag})`))} ${warning.deployments.length === 1 ? 'brought' : 'each brought'} the version that runs: it goes further back.`
    case 'not_decided':
      return [warning.reason, ...(warning.advice === undefined ? [] : [warning.advice])].join(' ')
    case 'not_pruned':
      return sentence(
        `old images or revisions of ${repositoryPath(warning.repository)} stay: ${warning.reason}`,
      )
  }
}

function notPromotedText({ why, from, to }: Warning & { is: 'not_promoted' }): string {
  switch (why) {
    case 'not_in_source':
      return `not promoted: ${from} has no such process.`
    case 'not_in_target':
      return `not promoted: ${to} has no such process.`
    case 'nothing_active':
      return `not promoted: nothing of it is active in ${from}.`
  }
}

function misplacedText({ targetGroup, healthyElsewhere }: Warning & { is: 'traffic_misplaced' }): string {
  const name = targetGroup.split('/')[1] ?? targetGroup
  const elsewhere =
    healthyElsewhere === 0 ? 'nor is any in the other one' : `while the other one has ${healthyElsewhere}`
  return `its production traffic goes to the target group ${name}, in which no target is healthy, ${elsewhere}: its users get errors. tapit doctor scope=infra shows the weights; a deployment that succeeds puts them right.`
}
