import '@mantine/core/styles.css';
import './styles.css';

import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './App';
import { startLanguages } from './i18n';
import { live } from './console';
import { baseMaps, queries, whoIsThere } from './queries';
import { cssVariablesResolver, theme } from './theme';

// What the first view is made of comes side by side, and before anything is drawn; a failure is told where it is drawn.
queries.query(whoIsThere).then(
  () => {
    live.start();
    return queries.query(baseMaps);
  },
).catch(() => undefined);
await startLanguages();
const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto" deduplicateInlineStyles>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
