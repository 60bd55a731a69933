import { type Finding, severityOf, type Share } from '../../../actions/doctor/finding.ts'
import { findingText } from '../../wording/finding-text.ts'
import { type Document, schemaVersion } from './document.ts'
import { present } from './present.ts'

export type Examined = {
  /** The app in its environment. */
  readonly app: string
  readonly stack: string
  readonly findings: readonly Finding[]
}

/** What `doctor` answers under `-o json`. */
export function doctorDocument({ app, stack, findings }: Examined): Document {
  return {
    schemaVersion,
    scope: 'infra',
    app,
    stack,
    isSafe: findings.every(finding => severityOf(finding) !== 'refuse'),
    findings: findings.map(finding => findingJson(finding, app)),
  }
}

function findingJson(finding: Finding, app: string): Document {
  const { message, advice } = findingText(finding, app)
  const { is: code } = finding
  const said = { code, severity: severityOf(finding), message, advice }
  switch (finding.is) {
    case 'first_deploy':
    case 'harmless':
      return present(said)
    case 'deployment_in_progress':
    case 'process_removed':
      return present({ ...said, process: finding.process })
    case 'process_replaced':
      return present({ ...said, process: finding.process, isNameTaken: finding.isNameTaken })
    case 'grants_removed':
      return present({
        ...said,
        process: finding.process,
        role: finding.role,
        lost: finding.lost.map(({ actions, resource }) => ({ actions: [...actions], resource })),
      })
    case 'health_check_changed':
      return present({
        ...said,
        process: finding.process,
        changes: finding.changes.map(({ setting, before, after }) => present({ setting, before, after })),
      })
    case 'target_groups_replaced':
      return present({ ...said, process: finding.process, settings: [...finding.settings] })
    case 'stray_revision':
      return present({
        ...said,
        process: finding.process,
        newest: finding.newest,
        running: finding.running,
      })
    case 'bootstrap_replaced':
      return present({ ...said, process: finding.process, family: finding.family })
    case 'weights_moved':
      return present({
        ...said,
        process: finding.process,
        rule: finding.rule,
        listens: finding.listens,
        paths: [...finding.paths],
        live: finding.live.map(shareJson),
        template: finding.template.map(shareJson),
      })
  }
}

function shareJson({ targetGroup, percent }: Share): Document {
  return { targetGroup, percent }
}
