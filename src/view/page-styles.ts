import { colourRules } from '../picture/colours.js';
import { instanceRules, pageScheme, pageVariables, schemeRules, shapeRules } from '../picture/svg-styles.js';

const styles = `
*{box-sizing:border-box}
html,body,#view{height:100%}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
h1,h2,h3,p,ul,ol{margin:0}ul,ol{padding:0;list-style:none}
h1{font-size:19px;font-weight:650;letter-spacing:-.01em}
h2{font-size:15px;font-weight:650}
h3{font-size:13.5px;font-weight:650}
code,pre,.mono{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.quiet{color:var(--quiet)}
.unseen{position:absolute;top:0;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.shell{display:grid;height:100%;grid-template:auto minmax(0,1fr) auto/minmax(0,1fr) 388px;grid-template-areas:"head head" "stage panel" "strip strip"}
.head{grid-area:head;display:flex;flex-wrap:wrap;align-items:center;gap:6px 16px;padding:10px 18px;background:var(--card);border-bottom:1px solid var(--line)}
.head .title{color:var(--quiet)}
.head .spacer{flex:1}
.head select{width:auto}
.badge{display:inline-flex;align-items:center;gap:7px;padding:2px 11px;border:1px solid var(--line);border-radius:14px;font-size:13.5px;white-space:nowrap}
.badge::before{content:"";width:9px;height:9px;border-radius:50%;background:var(--shared)}
.badge.live::before{background:var(--good)}
.badge.past::before{background:var(--inconclusive)}
.badge.ended::before{background:var(--bad)}
.plain-badge{padding:2px 11px;border:1px solid var(--line);border-radius:14px;font-size:13.5px;color:var(--quiet)}
button,select,input{font:inherit;color:inherit}
button{padding:4px 12px;border:1px solid var(--line);border-radius:7px;background:var(--card);cursor:pointer}
button:hover:not(:disabled){border-color:var(--link);color:var(--link)}
button:disabled{opacity:.55;cursor:default}
button.primary{background:var(--link);border-color:var(--link);color:var(--card);font-weight:600}
button.primary:hover:not(:disabled){color:var(--card);filter:brightness(1.1)}
button.danger{background:var(--bad);border-color:var(--bad);color:var(--card);font-weight:600}
button.danger:hover:not(:disabled){color:var(--card);filter:brightness(1.1)}
button.small{padding:1px 9px;font-size:13px}
select,input[type=text],input[type=search]{width:100%;padding:4px 8px;border:1px solid var(--shared);border-radius:7px;background:var(--card)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.stage{grid-area:stage;position:relative;min-height:0;overflow:hidden;background:var(--page)}
.stage svg.canvas{display:block;width:100%;height:100%;touch-action:none;cursor:grab;user-select:none;-webkit-user-select:none}
.stage svg.canvas.dragging{cursor:grabbing}
.stage g[data-node],.stage g[data-link]{cursor:pointer}
.stage .link .wire{stroke-width:1.6}
.stage .link .way{stroke-width:5}
.stage .link .cost,.stage .link .state{stroke:var(--page)}
.stage .hit{stroke:transparent;stroke-width:18}
.stage g.chosen .shape{stroke:var(--link);stroke-width:3}
.stage g.node.instance.chosen .shape{stroke:var(--text)}
.stage g.link.chosen .wire{stroke:var(--link);stroke-width:4}
.stage g:focus,.stage g:focus-visible{outline:none}
.stage g.node:focus-visible .shape{stroke:var(--link);stroke-width:4}
.stage g.link:focus-visible .wire{stroke:var(--link);stroke-width:5}
.stage .rate .room{fill:var(--line)}.stage .node .rate .part{fill:var(--text)}.stage .node.instance .rate .part{fill:var(--fill)}
.stage .node .rate text{font-size:11.5px;font-weight:400;text-anchor:middle;fill:var(--text);stroke:var(--page);stroke-width:4px;paint-order:stroke}
.peer{fill:var(--text);stroke:var(--page);stroke-width:1.5}
.peer.lost{fill:var(--page);stroke:var(--bad);stroke-width:2}
.peers li{display:flex;flex-wrap:wrap;gap:0 10px;justify-content:space-between;padding:2px 0;font-size:14px}
.peers .lost{color:var(--bad);font-weight:600}
.node .shape{transition:stroke .25s,fill .25s}
.stage-tools{position:absolute;right:14px;top:14px;display:flex;gap:6px}
.stage-tools button{min-width:34px;padding:3px 8px}
.stage-note{position:absolute;left:16px;top:14px;max-width:min(70%,560px);padding:6px 12px;background:var(--card);border:1px solid var(--line);border-radius:8px;font-size:14px}
.stage-note.bad{border-color:var(--bad)}
.legend{position:absolute;left:16px;bottom:12px;display:flex;flex-wrap:wrap;gap:2px 16px;font-size:12.5px;color:var(--quiet);pointer-events:none}
.legend span{display:inline-flex;align-items:center;gap:5px}
.legend svg{width:14px;height:14px}
.panel{grid-area:panel;min-height:0;overflow-y:auto;background:var(--card);border-left:1px solid var(--line);padding:4px 18px 24px}
.panel section{padding:14px 0;border-bottom:1px solid var(--line)}
.panel section:last-child{border-bottom:none}
.panel h2{display:flex;align-items:baseline;justify-content:space-between;gap:10px;margin-bottom:6px}
.fields{display:grid;grid-template-columns:88px minmax(0,1fr);gap:7px 10px;align-items:center;margin-top:8px}
.fields label{color:var(--quiet);font-size:13.5px}
.fields .says{grid-column:2;margin-top:-5px;font-size:12.5px;color:var(--quiet)}
.row{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin-top:10px}
.command{display:flex;gap:8px;align-items:center;margin-top:10px;padding:5px 6px 5px 10px;background:var(--faint);border-radius:7px}
.command code{flex:1}
.command code span{display:inline-block;white-space:pre}
.told{margin-top:10px;padding:8px 12px;border-radius:7px;background:var(--faint);font-size:14px}
.told.bad{background:var(--bad-wash);color:var(--text);box-shadow:inset 3px 0 0 var(--bad)}
.moves li{display:flex;flex-wrap:wrap;gap:2px 8px;align-items:baseline;padding:3px 0;font-size:14px}
.list li{display:flex;gap:2px 10px;align-items:baseline;justify-content:space-between;padding:4px 0}
.list li>span:first-child{flex:1;min-width:0}
.chip{white-space:nowrap;font-weight:600}
.chip::before{content:"";display:inline-block;width:11px;height:11px;margin-right:5px;border-radius:3px;background:var(--fill);vertical-align:-.5px}
.chip.nobody{color:var(--bad)}
.chip.nobody::before{background:repeating-linear-gradient(135deg,var(--bad) 0 2px,transparent 2px 4px);box-shadow:inset 0 0 0 1px var(--bad)}
.shares{display:block;width:100%;height:16px;margin:6px 0 4px;border-radius:4px;overflow:hidden}
.shares .part{fill:var(--fill)}
.shares .part.nobody{fill:var(--bad)}
.rates li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:2px 10px;align-items:baseline;padding:4px 0;font-size:14px}
.rates .rate{grid-column:1/-1;display:block;width:100%;height:8px;border-radius:3px;overflow:hidden}
.rate .room{fill:var(--faint)}.rate .part{fill:var(--fill)}.rate .part.nobody{fill:var(--bad)}.rate .part.sunk{fill:var(--quiet)}
.rates .address{display:block}
.choices li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 10px;padding:4px 0;font-size:14px}
.choices .shares,.choices .shared{grid-column:1/-1}
.choices .shares,.who .shares{height:8px;margin:3px 0 2px}
.who td,.who th{padding:3px 12px 3px 0;vertical-align:top;font-size:14px;text-align:left}
.who th .address{font-weight:400}
table{width:100%;border-collapse:collapse}
.who td:last-child{padding-right:0}
.who .address{display:block}
.address{font:12.5px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--quiet)}
.phases{display:block;width:100%;height:8px;margin-top:4px;border-radius:2px}
.phases .detection{fill:var(--p1)}.phases .propagation{fill:var(--p2)}.phases .installation{fill:var(--p3)}.phases .answer{fill:var(--p4)}
.step-result{padding:8px 0}
.step-result+.step-result{border-top:1px dashed var(--line)}
.step-result .outage{font-weight:600;color:var(--bad)}
.step-result .none{color:var(--good);font-weight:600}
details summary{cursor:pointer;color:var(--link);padding:3px 0}
pre{margin:4px 0 8px;padding:8px 10px;overflow:auto;max-height:260px;background:var(--faint);border-radius:7px;white-space:pre}
.events{max-height:340px;overflow-y:auto;margin-top:8px}
.events button{display:grid;grid-template-columns:88px 54px minmax(0,1fr);gap:0 8px;width:100%;padding:2px 6px;border:none;border-radius:5px;background:none;text-align:left;font-size:13px}
.events button:hover{background:var(--faint)}
.events .now button{background:var(--inconclusive-wash)}
.events .kind{color:var(--quiet)}
.events .maintenance .kind{color:var(--inconclusive);font-weight:600}
.events .fault .kind{color:var(--bad);font-weight:600}.events .repair .kind{color:var(--good);font-weight:600}
.strip{grid-area:strip;display:grid;grid-template-columns:auto minmax(0,1fr) auto;gap:4px 14px;align-items:center;padding:10px 18px 12px;background:var(--card);border-top:1px solid var(--line)}
.strip .controls{display:flex;gap:6px}
.strip .time{min-width:112px;text-align:right}
.strip .canvas-box{grid-column:1/-1;position:relative;height:112px}
.strip canvas{display:block;width:100%;height:100%;border-radius:6px;background:var(--faint)}
.strip input[type=range]{width:100%;margin:0;accent-color:var(--link)}
.strip .controls select{width:auto;padding:3px 6px}
.expected li{display:grid;grid-template-columns:18px minmax(0,1fr);padding:2px 0;font-size:14px}
.expected .sign{font-weight:700}
.expected .pass .sign{color:var(--good)}.expected .fail .sign{color:var(--bad)}.expected .inconclusive .sign{color:var(--inconclusive)}
.replay{width:100vw;max-width:none;height:100dvh;max-height:none;margin:0;padding:0;border:none;overflow:auto;background:var(--page);color:var(--text)}
.head h1{overflow-wrap:anywhere}
.terminal-box{grid-area:stage;align-self:end;z-index:1;display:grid;grid-template-rows:auto minmax(0,1fr);height:min(56%,420px);margin:0 14px 14px;border:1px solid var(--shared);border-radius:10px;overflow:hidden;background:#15171c;box-shadow:0 8px 28px rgb(0 0 0/.28)}
.terminal-head{display:flex;align-items:baseline;gap:10px;padding:6px 10px 6px 14px;background:var(--card);border-bottom:1px solid var(--line)}
.terminal-head .spacer{flex:1}
.terminal-box .screen{min-height:0;padding:8px 4px 4px 12px;overflow:hidden}
.loading{display:grid;place-items:center;height:100%}
@media (max-width:860px){
html,body,#view{height:auto}
.shell{height:auto;grid-template:auto 58vh auto auto/minmax(0,1fr);grid-template-areas:"head" "stage" "strip" "panel"}
.panel{border-left:none;border-top:1px solid var(--line);overflow:visible;scroll-margin-top:22vh}
.head{padding:8px 14px}
.head .title{display:none}
.legend{display:none}
.strip{padding:8px 14px 10px;gap:6px 8px;grid-template-columns:minmax(0,1fr) auto}
.strip input[type=range]{grid-column:1/-1;grid-row:2;height:24px}
.strip .canvas-box{height:80px}
.strip .time{min-width:0}}
@media (prefers-reduced-motion:reduce){*{transition:none!important;animation:none!important}}
`;

/** All of the style of the page: that of pictures, and its own. */
export function pageStyles(): string {
  return [pageVariables, styles, shapeRules, schemeRules(pageScheme), instanceRules(), colourRules()].join('\n');
}
