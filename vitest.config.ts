import { type ViteUserConfig, defineConfig } from 'vitest/config'

const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }

/** No test is to fail because the machine has other work: the limits are for what hangs. `unit` is instant; `constructs` synthesizes; `sandbox` and `cli` speak the real wire protocols in one process; `e2e` starts real components. */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          env,
          include: ['test/**/*.test.ts'],
          exclude: ['test/sandbox/**', 'test/cli/**', 'test/constructs/**', 'test/e2e/**'],
          testTimeout: 30_000,
        },
      },
      // Loading aws-cdk-lib takes seconds: the other tests do not wait for it. CDK's own validation of each synthesis takes one more.
      {
        test: {
          name: 'constructs',
          env: { ...env, CDK_VALIDATION: 'false' },
          include: ['test/constructs/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      { test: { name: 'sandbox', env, include: ['test/sandbox/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'cli',
          env,
          include: ['test/cli/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          env,
          // Most of what these wait for is time that passes in a sandbox.
          maxConcurrency: 10,
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})

export default config
