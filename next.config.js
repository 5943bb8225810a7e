/** @type {import('next').NextConfig} */
const config = {
  // A second checkout of the same tree (tests, a second dev server) builds beside the first.
  distDir: process.env.SAGASCOPE_DIST_DIR ?? '.next',
  // Not guessed from lock files that may lie above this folder.
  turbopack: { root: import.meta.dirname },
  reactStrictMode: true,
  poweredByHeader: false,
  // npm run check does that; here it would double the time of a cold start.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: [
    'pg',
    '@prisma/client',
    '@prisma/adapter-pg',
    'pg-boss',
    'pg-copy-streams',
    'prom-client',
    'rate-limiter-flexible',
    'tsx',
  ],
};

export default config;
