namespace Sdl.App.Reports;

/// <summary>The style sheet of the report. Contrast of text is at least 4.5:1 in both schemes (WCAG 2.2,
/// 1.4.3).</summary>
public static class ReportStyle
{
    public const string Css = """
        :root {
          color-scheme: light dark;
          --paper: #ffffff; --raised: #f4f6f8; --ink: #17202a; --quiet: #55616e; --rule: #d5dbe1; --grid: #e6eaee;
          --measured: #1b5fa7; --model: #b3500a; --band: #b3500a26; --alarm: #a3211b; --alarm-paper: #fdf0ee;
          --warn: #7a4d00; --warn-paper: #fff6e0; --s1: #7a3e9d; --s2: #157a5b;
          --c0: #1b5fa7; --c1: #0e7c6b; --c2: #7a6a00; --c3: #b3500a; --c4: #a3211b;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #12161b; --raised: #1b2128; --ink: #e8ecf0; --quiet: #a3afbb; --rule: #343d47; --grid: #252d35;
            --measured: #79b4f2; --model: #f2a35c; --band: #f2a35c30; --alarm: #ff9d94; --alarm-paper: #331a19;
            --warn: #f3c969; --warn-paper: #2e2614; --s1: #cfa0ee; --s2: #63cfa8;
            --c0: #79b4f2; --c1: #56cdb6; --c2: #dcc94f; --c3: #f2a35c; --c4: #ff8a80;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 -apple-system,
          BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif;
            font-variant-numeric: tabular-nums; }
        main { max-width: 1040px; margin: 0 auto; padding: 40px 32px 64px; }
        h1 { font-size: 30px; line-height: 1.2; margin: 6px 0 4px; letter-spacing: -0.01em; text-wrap: balance; }
        h2 { font-size: 20px; line-height: 1.3; margin: 52px 0 4px; }
        .answer .part { font-size: 15px; font-weight: 600; margin: 0 0 6px; color: var(--quiet); }
        p { margin: 0 0 12px; max-width: 74ch; }
        .quiet, figcaption, dt, th { color: var(--quiet); }
        .tag { display: inline-block; font-size: 13px; font-weight: 600; border-radius: 4px; padding: 2px 9px;
          background: var(--raised); color: var(--quiet); }
        .slug { font-size: 14px; color: var(--quiet); margin-left: 10px; }
        .tag.dry { background: var(--warn-paper); color: var(--warn); }
        .notice { border-radius: 8px; padding: 14px 18px; margin: 20px 0 0; background: var(--warn-paper);
          color: var(--warn); }
        .notice.bad { background: var(--alarm-paper); color: var(--alarm); }
        .notice p { margin: 0; max-width: none; }
        .answer { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 12px 48px; margin: 28px 0 0;
          padding: 28px 32px; background: var(--raised); border-radius: 12px; }
        .value { font-size: 46px; line-height: 1.1; font-weight: 650; letter-spacing: -0.02em; margin: 2px 0 10px;
          white-space: nowrap; }
        .value small { font-size: 0.5em; font-weight: 500; letter-spacing: 0; color: var(--quiet); }
        .answer p:last-child { margin-bottom: 0; }
        .mix { width: 100%; max-width: 420px; border-collapse: collapse; margin-bottom: 12px; }
        .mix th, .mix td { padding: 5px 0 5px 16px; text-align: right; font-weight: 400;
          border-top: 1px solid var(--rule); }
        .mix thead th { border-top: 0; font-size: 13px; vertical-align: bottom; }
        .mix th:first-child { text-align: left; padding-left: 0; }
        .mix tbody th { color: var(--ink); font-weight: 600; }
        .mix .main { font-weight: 650; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(116px, 1fr)); gap: 16px 24px;
          margin: 26px 0 0; }
        .facts .broad { grid-column: span 2; }
        .facts dt { font-size: 13px; }
        .facts dd { margin: 0; font-size: 18px; font-weight: 600; }
        .facts dd small { display: block; font-size: 13px; font-weight: 400; color: var(--quiet); line-height: 1.35; }
        figure { margin: 12px 0 0; }
        figcaption { font-size: 14px; margin-top: 6px; max-width: 84ch; }
        .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px 36px; align-items: start; }
        .pair h2 { margin-top: 52px; }
        .lower { margin-top: 16px; }
        .wide { overflow-x: auto; }
        svg { display: block; width: 100%; height: auto; overflow: visible; font-family: inherit; }
        .pair svg { max-width: 520px; }
        svg text { fill: var(--quiet); font-size: 12.5px; }
        svg .name { fill: var(--ink); font-size: 13.5px; }
        svg .legend { fill: var(--ink); font-size: 12.5px; }
        svg .small { font-size: 11px; }
        svg .note { font-size: 11.5px; }
        .grid { stroke: var(--grid); stroke-width: 1; }
        .axis { stroke: var(--quiet); stroke-width: 1; }
        .error { stroke: var(--measured); stroke-width: 1.4; }
        .model-error { stroke: var(--model); opacity: 0.75; }
        .measured { fill: var(--measured); stroke: var(--paper); stroke-width: 1.2; }
        .measured.first { fill: var(--paper); stroke: var(--measured); stroke-width: 1.8; }
        .share { fill: var(--model); opacity: 0.8; }
        .best { fill: none; stroke: var(--measured); stroke-width: 2; }
        .model { fill: none; stroke: var(--model); stroke-width: 2.2; stroke-linejoin: round; }
        .band { fill: var(--band); }
        .reference { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 6 5; fill: none; }
        .window { fill: none; stroke: var(--rule); }
        .past { fill: var(--measured); stroke: none; }
        .region { fill: none; stroke: var(--ink); stroke-width: 1.3; stroke-linejoin: round; }
        .sample { stroke: var(--ink); stroke-width: 1; }
        .sample.hollow { fill: none; }
        .ring { fill: none; stroke: var(--ink); stroke-width: 2; }
        .cross { fill: none; stroke: #d81e05; stroke-width: 2.6; }
        .cross.under { stroke: #ffffff; stroke-width: 5.6; }
        svg .number { fill: var(--ink); font-size: 11.5px; paint-order: stroke; stroke: var(--paper);
          stroke-width: 3px; stroke-linejoin: round; }
        svg .strong { font-weight: 700; }
        .inset { fill: none; stroke: var(--quiet); }
        .inset-window { fill: var(--band); stroke: var(--model); }
        .contour { fill: none; stroke: #00000073; stroke-width: 0.7; }
        .place { fill: #ffffff; stroke: #17202a; stroke-width: 1; }
        .bar { stroke: none; }
        .spectrum { fill: none; stroke-width: 1.6; }
        .fit { fill: none; stroke-width: 1.6; }
        .s0 { stroke: var(--measured); } .s1 { stroke: var(--s1); } .s2 { stroke: var(--s2); }
        .trace { fill: none; stroke-width: 1.7; stroke-linejoin: round; }
        .dot { stroke: none; } .dot.hollow { fill: var(--paper); stroke-width: 1.5; }
        .c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); }
        .c4 { stroke: var(--c4); }
        .dot.c0 { fill: var(--c0); } .dot.c3 { fill: var(--c3); }
        .rows { width: 100%; border-collapse: collapse; font-size: 14px; margin-top: 12px; }
        .rows th { text-align: left; font-weight: 500; font-size: 13px; vertical-align: bottom; }
        .rows th, .rows td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
        .rows .n { text-align: right; white-space: nowrap; }
        .rows .why { min-width: 230px; }
        .rows tr.top td { background: var(--raised); font-weight: 600; }
        .rows td:first-child, .rows th:first-child { padding-left: 8px; }
        footer { margin-top: 56px; padding-top: 18px; border-top: 1px solid var(--rule); font-size: 14px;
          color: var(--quiet); }
        footer dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 20px; margin: 0 0 14px; }
        footer dd { margin: 0; color: var(--ink); overflow-wrap: anywhere; }
        code { font: 0.93em ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
        @media (max-width: 720px) {
          main { padding: 24px 16px 48px; }
          h1 { font-size: 24px; }
          h2 { margin-top: 40px; }
          .answer { grid-template-columns: 1fr; padding: 20px; gap: 20px; margin-left: -4px; margin-right: -4px; }
          .value { font-size: 38px; }
          .pair { grid-template-columns: minmax(0, 1fr); }
          .slug { display: block; margin: 6px 0 0; }
          .wide::before { content: "scroll sideways \2192"; display: block; font-size: 13px; color: var(--quiet);
            position: sticky; left: 0; }
          .wide svg { width: calc(var(--w) * 0.78px); max-width: none; }
          .rows thead { display: none; }
          .rows tr { display: grid; grid-template-columns: 1fr 1fr; padding: 10px 0;
            border-bottom: 1px solid var(--rule); }
          .rows td { border: 0; padding: 1px 8px; text-align: left !important; }
          .rows td[data-name]::before { content: attr(data-name) " "; color: var(--quiet); font-weight: 400; }
          .rows td:first-child, .rows .why { grid-column: 1 / -1; }
          .rows td:first-child { font-weight: 650; }
          .rows .why { min-width: 0; }
        }
        @media print {
          :root { --paper: #ffffff; --raised: #f4f6f8; --ink: #000000; --quiet: #444444; --rule: #bbbbbb;
            --grid: #e2e2e2;
            --measured: #1b5fa7; --model: #b3500a; --band: #b3500a26; --alarm: #a3211b; --alarm-paper: #fdf0ee;
            --warn: #7a4d00; --warn-paper: #fff6e0; --s1: #7a3e9d; --s2: #157a5b;
            --c0: #1b5fa7; --c1: #0e7c6b; --c2: #7a6a00; --c3: #b3500a; --c4: #a3211b; }
          @page { margin: 16mm; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          body { font-size: 10pt; }
          .rows { font-size: 8.5pt; }
          .rows th, .rows td { padding: 3px 9px 3px 0; }
          main { max-width: none; padding: 0; }
          section, figure, .answer, tr { break-inside: avoid; }
          section.long { break-inside: auto; }
          h2 { break-after: avoid; margin-top: 24px; }
          footer { margin-top: 20px; padding-top: 10px; font-size: 9pt; }
        }
        """;
}
