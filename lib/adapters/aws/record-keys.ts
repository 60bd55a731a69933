/** What the table holds. The partition key begins with the app, so that an IAM condition on leading keys can fence an app. */
export type RecordKind = 'group' | 'deployment' | 'pointer' | 'lease'

export type RecordKey = { readonly pk: string; readonly sk: string }

export function partition(app: string, kind: RecordKind): string {
  return `${app}#${kind}`
}

/** `sk` is the id, or the process: ids sort by time. */
export function recordKey(app: string, kind: RecordKind, sk: string): RecordKey {
  return { pk: partition(app, kind), sk }
}

/** Where one person's approvals stand. It ends in their `aws:userid`, for IAM's `dynamodb:LeadingKeys`: `shop#approval#${aws:userid}`. */
export function approvalPartition(app: string, userId: string): string {
  return `${app}#approval#${userId}`
}
