import type { Deployment } from '../../deployment/deployment.ts'
import type { Stored } from '../../records/records.ts'
import { reconcile } from '../settle/reconcile.ts'
import { Trouble } from '../trouble.ts'
import type { DecisionWish } from './decide-each.ts'

/** A deployment as it stands now that ECS was asked: trouble in looking takes nothing of that back. */
export async function lookedAt(stored: Stored<Deployment>, wish: DecisionWish): Promise<Stored<Deployment>> {
  try {
    const [present = stored] = await reconcile([stored], wish)
    return present
  } catch (error) {
    if (error instanceof Trouble) return stored
    throw error
  }
}
