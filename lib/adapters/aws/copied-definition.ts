import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs'

import type { NewRevision } from '../../actions/ports.ts'
import { assignedByEcs } from '../../deployment/task-definition.ts'
import { Refusal } from '../../names/refusal.ts'
import { tagList } from './tags.ts'

/** The request for the next revision: another one's definition in all that people wrote into it, with one image replaced. */
export function copiedDefinition({
  family,
  from,
  container,
  image,
  tags,
}: NewRevision): RegisterTaskDefinitionCommandInput {
  const kept = Object.fromEntries(Object.entries(from.definition).filter(([key]) => !assignedByEcs.has(key)))
  const containers = (from.definition['containerDefinitions'] ?? []) as readonly ContainerDefinition[]
  if (!containers.some(({ name }) => name === container)) {
    throw new Refusal({
      code: 'no_such_container',
      message: `the task definition ${from.arn} has no container "${container}"; it has ${containers.map(({ name }) => name).join(', ')}`,
    })
  }
  const allTags = tagList({ ...ownTags(from.tags), ...tags })
  return {
    ...kept,
    family,
    containerDefinitions: containers.map(each => (each.name === container ? { ...each, image } : each)),
    // An empty list is refused: "Tags can not be empty."
    ...(allTags.length > 0 && { tags: allTags }),
  }
}

/** Tags that begin with `aws:` are AWS's own (CloudFormation's), and no request may carry them. */
function ownTags(tags: NewRevision['tags']): NewRevision['tags'] {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.toLowerCase().startsWith('aws:')))
}
