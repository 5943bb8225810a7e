import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { MermaidConfig } from 'mermaid';
import type { SagaDiagram } from '@/core/contract/sagas';

export interface Drawn {
  svg: string;
  /** What was drawn: while a newer text is being drawn, the old picture keeps its own nodes. */
  diagram: SagaDiagram;
}

/** A mermaid text drawn to SVG, as a query: the same text and theme are drawn once. */
export const mermaidQuery = (diagram: SagaDiagram | undefined, theme: 'light' | 'dark') =>
  queryOptions({
    queryKey: ['mermaid', diagram?.mermaid ?? '', theme],
    queryFn: async (): Promise<Drawn | null> =>
      diagram === undefined ? null : { svg: await draw(diagram.mermaid, theme), diagram },
    enabled: diagram !== undefined,
    staleTime: Infinity,
    retry: false,
    placeholderData: keepPreviousData,
  });

let drawings = 0;

/**
 * A mermaid text drawn to SVG text, in the colours of our tokens; `more` is laid over our settings of
 * mermaid, `measure` is the class under which its labels are measured.
 */
export async function draw(
  source: string,
  theme: 'light' | 'dark',
  more: MermaidConfig = {},
  measure = 'dg-measure',
): Promise<string> {
  const { default: mermaid } = await import('mermaid');
  mermaid.initialize({
    startOnLoad: false,
    layout: 'dagre',
    securityLevel: 'strict',
    suppressErrorRendering: true,
    maxEdges: 5_000,
    maxTextSize: 1_000_000,
    theme: 'base',
    darkMode: theme === 'dark',
    themeVariables: tokenColours(),
    fontFamily: 'inherit',
    flowchart: { curve: 'linear', nodeSpacing: 40, rankSpacing: 32, padding: 8, useMaxWidth: false },
    ...more,
  });
  // Drawn where our fonts apply, so that mermaid measures the labels as they will stand.
  const host = document.createElement('div');
  host.className = measure;
  document.body.append(host);
  try {
    return (await mermaid.render(`dg${++drawings}`, source, host)).svg;
  } finally {
    host.remove();
  }
}

/** Our tokens as the plain colours that mermaid can reckon with: it does not know `light-dark()`. */
function tokenColours(): Record<string, string> {
  const probe = document.createElement('span');
  document.body.append(probe);
  const colour = (token: string) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    background: colour('surface'),
    primaryColor: colour('surface'),
    primaryTextColor: colour('tx-1'),
    primaryBorderColor: colour('line-2'),
    lineColor: colour('tx-1'),
    secondaryColor: colour('sunken'),
    tertiaryColor: colour('sunken'),
    clusterBkg: colour('surface'),
    clusterBorder: colour('line'),
    edgeLabelBackground: colour('surface'),
  };
  probe.remove();
  return colours;
}
