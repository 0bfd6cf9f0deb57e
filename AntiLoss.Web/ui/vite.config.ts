import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The server under development: `npm run dev` talks to it, so that the page comes from Vite and the data is real.
const server = process.env.ANTILOSS_SERVER ?? 'http://localhost:5080';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../wwwroot',
    emptyOutDir: true,
    target: 'es2023',
    // The map library is a chunk of its own that only the map screen asks for.
    chunkSizeWarningLimit: 1400,
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': server,
      '/basemaps': server,
      '/hubs': { target: server, ws: true },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
