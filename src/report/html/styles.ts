/** Everything but the timeline. Colours are variables, so that both schemes have the same rules. */
export const styles = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main{max-width:1120px;margin:0 auto;padding:40px 32px 80px}
h1,h2,h3,p,ul,ol,figure{margin:0}
ul,ol{padding:0;list-style:none}
h1{font-size:32px;line-height:1.2;font-weight:650;letter-spacing:-.015em}
h2{font-size:22px;line-height:1.3;font-weight:650;letter-spacing:-.01em}
h3{font-size:16px;line-height:1.4;font-weight:650}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:3px}
a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
code{font:.92em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.quiet,.title,.noise{color:var(--quiet)}
.noise{font-size:12.5px;line-height:1.5;margin-top:10px}
.address{font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--quiet)}
.overline{font-size:13px;color:var(--quiet);margin-bottom:6px}
header>.quiet{margin-top:6px}
.proportions{display:flex;gap:3px;height:10px;margin:20px 0 10px}
.proportions i{min-width:10px;border-radius:2px}
.proportions .pass{background:var(--good)}.proportions .fail{background:var(--bad)}
.proportions .inconclusive{background:var(--inconclusive)}.proportions .error{background:var(--quiet)}
.tally{display:flex;flex-wrap:wrap;gap:4px 24px}
.tally li{display:flex;align-items:center;gap:6px}
.sign{width:16px;height:16px;flex:none;fill:none;stroke:currentColor;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round;vertical-align:-3px}
.sign.pass{color:var(--good)}.sign.fail{color:var(--bad)}.sign.inconclusive{color:var(--inconclusive)}.sign.error{color:var(--bad)}
nav{margin-top:24px}
nav ul{border-top:1px solid var(--line)}
nav li{display:grid;grid-template-columns:minmax(0,auto) minmax(0,1fr) auto 76px;gap:4px 16px;align-items:center;padding:9px 0;border-bottom:1px solid var(--line)}
nav a{font-weight:600}
.figure{text-align:right;white-space:nowrap}
.signs{display:inline-flex;flex-wrap:wrap;gap:2px 14px;font-size:14px;font-weight:400;letter-spacing:0}
.count{display:inline-flex;align-items:center;gap:4px;white-space:nowrap}
.aside{color:var(--quiet)}
.topology{margin-top:48px;padding:28px 32px 32px;background:var(--card);border:1px solid var(--line);border-radius:10px}
h2,h3{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 18px}
.topology>.title{font-size:16px;margin-top:2px}
.topology>.title+.quiet,.topology>h2+.quiet{margin-top:4px;font-size:13.5px}
.untested{display:flex;gap:10px;margin-top:20px;padding:14px 16px;background:var(--bad-wash);border-left:3px solid var(--bad);border-radius:0 6px 6px 0}
.untested .sign{margin-top:3px}.untested .lines{white-space:pre-wrap;overflow-wrap:anywhere}
.verdicts{margin-top:18px}
.verdicts li{display:grid;grid-template-columns:16px 68px minmax(0,1fr);gap:0 8px;padding:5px 10px;margin:0 -10px;position:relative;border-radius:5px}
.verdicts .sign{margin-top:3px}
.verdicts .word{font-weight:600}
.verdicts li.pass .word{color:var(--good)}
.verdicts li.fail{background:var(--bad-wash)}.verdicts li.fail .word{color:var(--bad)}
.verdicts li.inconclusive{background:var(--inconclusive-wash)}.verdicts li.inconclusive .word{color:var(--inconclusive)}
.verdicts li+li.fail,.verdicts li+li.inconclusive,.verdicts li.fail+li,.verdicts li.inconclusive+li{margin-top:3px}
.seen{display:block;color:var(--text);font-size:14px}
.to-step{font-size:13px;margin-left:4px;white-space:nowrap}
.worth{font-size:13px;margin-left:4px;white-space:nowrap;color:var(--quiet)}
.step .verdicts{margin-top:14px}
.overview{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:24px 48px;margin-top:28px;align-items:start}
.overview:has(.picture.wide){grid-template-columns:minmax(0,1fr)}
.who:empty{display:none}
.picture{display:flex;flex-direction:column;align-items:center;min-width:0}
.scroller{max-width:100%;overflow-x:auto;
background:linear-gradient(to right,var(--card) 12px,transparent) 0 0/36px 100% no-repeat local,linear-gradient(to left,var(--card) 12px,transparent) 100% 0/36px 100% no-repeat local,linear-gradient(to right,var(--shared),transparent) 0 0/12px 100% no-repeat,linear-gradient(to left,var(--shared),transparent) 100% 0/12px 100% no-repeat}
.scroller svg{display:block;max-width:100%;height:auto}
.picture figcaption{display:flex;flex-wrap:wrap;justify-content:center;gap:2px 16px;margin-top:14px;font-size:12.5px;color:var(--quiet)}
.key{display:inline-flex;align-items:center;gap:5px}
svg.glyph{width:14px;height:14px;fill:none;stroke:currentColor;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}
table{width:100%;border-collapse:collapse;margin-top:8px;font-size:14px}
th{font-size:12.5px;font-weight:400;color:var(--quiet);text-align:left;padding:4px 14px 4px 0;border-bottom:1px solid var(--line);overflow-wrap:normal}
td{padding:7px 14px 7px 0;border-bottom:1px solid var(--faint);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
th.figure{text-align:right}
td .address{display:block}
@media (min-width:761px){td .address{overflow-wrap:break-word}}
td.way{color:var(--quiet);font-size:13px}
.chip{white-space:nowrap;font-weight:600}
.chip::before{content:"";display:inline-block;width:11px;height:11px;margin-right:5px;border-radius:3px;background:var(--fill);vertical-align:-.5px}
.chip.nobody::before{background:repeating-linear-gradient(135deg,var(--lost) 0 1.5px,transparent 1.5px 4px);box-shadow:inset 0 0 0 1px var(--lost)}
.runs{margin-top:32px}
.runs td:first-child{width:66%}
.dots{position:relative;height:16px;margin:3px 6px 0}
.dots i{position:absolute;top:50%}
.dots .spread{height:1px;background:var(--line)}
.dots .dot{width:8px;height:8px;margin:-4px 0 0 -4px;border-radius:50%;background:var(--link);opacity:.45}
.dots .middle{width:2px;height:14px;margin:-7px 0 0 -1px;background:var(--text)}
details{margin-top:8px}
summary{cursor:pointer;color:var(--link);width:fit-content;padding:3px 0}
.plain li{display:flex;flex-wrap:wrap;gap:0 10px;align-items:baseline;padding:2px 0;font-size:14px}
@media (max-width:760px){
main{padding:24px 16px 48px}
h1{font-size:26px}
.topology{margin-top:32px;padding:20px 16px 24px;border-radius:8px}
.overview{grid-template-columns:minmax(0,1fr)}
nav li{grid-template-columns:minmax(0,1fr) auto}
nav li .title:empty{display:none}
nav li .title{grid-column:1/-1;grid-row:2;font-size:14px}
nav li .signs{grid-column:1;grid-row:3}
nav .aside,h3 .aside{display:none}
nav li .figure{grid-column:2;grid-row:1}
th.way,td.way{display:none}
th,td{padding-right:10px}
.runs th:nth-child(4),.runs td:nth-child(4){display:none}
.runs td:first-child{width:auto}}
@media (max-width:760px){
.verdicts li{grid-template-columns:16px minmax(0,1fr)}
.verdicts .sign{grid-row:1/3}
.verdicts .what{grid-column:2}
.verdicts .pass .word{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
button.replay{font:inherit;font-size:13px;padding:1px 10px;border:1px solid var(--line);border-radius:7px;background:var(--card);color:var(--link);cursor:pointer;margin-left:auto}
button.replay:hover{border-color:var(--link)}
button.replay:focus-visible{outline:2px solid var(--link);outline-offset:2px}
@media print{button.replay{display:none}body{background:none}.topology{border:none;padding:0}.step,.verdicts li{break-inside:avoid}}
`;
