export { deploymentsDocument } from './json/deployments-document.ts'
export { listDocument } from './json/list-document.ts'
export { planDocument } from './json/plan-document.ts'
export { statusDocument } from './json/status-document.ts'
