import type { ECRClient } from '@aws-sdk/client-ecr'
import type { ImageStore } from '../../images/ports.ts'
import type { ClientOf } from './clients.ts'

/** Amazon ECR, beyond what a deploy asks. */
export function awsImageStore(_clientOf: ClientOf<ECRClient>): ImageStore {
  throw new Error('not written yet')
}
