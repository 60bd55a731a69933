import type { NamedPoint, ProcessDiff, VersionsDiff } from '../../../actions/diff/diff-versions.ts'
import type { Version } from '../../../actions/diff/version.ts'
import { type Document, schemaVersion } from './document.ts'
import { present } from './present.ts'

/** What `diff` answers under `-o json`. */
export function diffDocument({ from, to, processes, onlyInFrom, onlyInTo }: VersionsDiff): Document {
  return present({
    schemaVersion,
    from: pointJson(from),
    to: pointJson(to),
    isSame: [...onlyInFrom, ...onlyInTo, ...processes.flatMap(each => each.differences)].length === 0,
    processes: processes.map(processJson),
    onlyInFrom: onlyInFrom.length === 0 ? undefined : onlyInFrom,
    onlyInTo: onlyInTo.length === 0 ? undefined : onlyInTo,
  })
}

function pointJson({ is, name, cluster }: NamedPoint): Document {
  return { app: cluster, is, name }
}

function processJson({ process, from, to, differences }: ProcessDiff): Document {
  return {
    process,
    from: versionJson(from),
    to: versionJson(to),
    changes: differences.map(({ what, name, is, before, after }) =>
      present({ what, name, change: is, before, after }),
    ),
  }
}

function versionJson(version: Version): Document {
  return present({
    deploymentId: version.deploymentId,
    dockerTag: version.dockerTag,
    imageDigest: version.imageDigest,
    gitHash: version.gitHash,
    strategy: version.strategy,
    desired: version.desired,
    configuredCount: version.configuredCount,
    taskDefinition: version.taskDefinition,
  })
}
