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
      // The server takes commands from its own pages only: in development that is this one.
      '/api': { target: server, headers: { origin: server } },
      '/basemaps': server,
      '/hubs': { target: server, ws: true, headers: { origin: server } },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
  },
});
