/**
 * A step's timeline. Lengths along the time axis are percentages, so that it fits any screen; names go where there is
 * no room.
 */
export const timelineStyles = `
.step{margin-top:36px;padding-top:28px;border-top:1px solid var(--line);scroll-margin-top:12px}
.step h3{font-size:18px}
.step h3 .number{color:var(--quiet);font-weight:400;margin-right:-6px}
.summary{margin-top:2px}
.pending{color:var(--bad);margin-top:4px}
.timeline{--label:176px;position:relative;margin-top:18px;z-index:0}
.lane{display:grid;grid-template-columns:var(--label) minmax(0,1fr);align-items:start}
.flow{padding:0 16px 12px 0;line-height:1.35}
.flow b,.flow .address{display:block}
.plot{position:relative;min-width:0}
.told{position:relative;z-index:2;min-height:20px;padding-bottom:20px;background:var(--card)}
.grid{position:absolute;left:var(--label);right:0;top:0;bottom:0}
.grid i{position:absolute;top:0;bottom:0;z-index:-1;width:1px;background:var(--faint)}
.grid i.zero{z-index:0;width:2px;margin-left:-1px;background:var(--text)}
.axis .plot{height:22px}
.tick{position:absolute;z-index:2;transform:translateX(-50%);background:var(--card);padding:0 4px;font-size:12px;line-height:20px;color:var(--quiet);white-space:nowrap}
.tick.zero{color:var(--text);font-weight:600}
.marks .flow,.axis .flow{padding-bottom:0}
.marks .flow{font-size:12.5px;align-self:end}
.step>.quiet{margin-top:8px}
.badge{position:absolute;z-index:2;transform:translateX(-50%);min-width:20px;height:20px;padding:0 5px;border-radius:10px;border:1px solid var(--shared);background:var(--card);color:var(--text);font-size:11.5px;line-height:18px;text-align:center;text-decoration:none;white-space:nowrap}
.badge.step{background:var(--text);border-color:var(--text);color:var(--card)}
.badge:hover{border-color:var(--link);color:var(--link)}
.badge.step:hover{color:var(--card);background:var(--link)}
.bar{position:relative;z-index:1;height:28px;border-radius:4px;overflow:hidden;background:var(--faint)}
.bar::after{content:"";position:absolute;left:var(--zero);top:0;bottom:0;border-left:1px dashed #15171c;opacity:.4}
.run{position:absolute;top:0;bottom:0;container-type:inline-size;background:var(--fill);color:var(--ink);box-shadow:inset 1px 0 0 var(--card)}
.run>span{display:block;padding:0 8px;font-size:13px;line-height:28px;font-weight:600;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
@container (max-width:56px){.run>span{display:none}}
.run.lost{min-width:3px;color:var(--text);box-shadow:inset 0 0 0 1px var(--lost);background:var(--lost-wash)}
.run.lost>span{width:fit-content;max-width:calc(100% - 8px);margin:5px 4px;padding:0 5px;font-size:12px;line-height:18px;font-weight:400;background:var(--card);border-radius:3px}
.run.silent{background:repeating-linear-gradient(135deg,var(--lost) 0 1.5px,var(--lost-wash) 1.5px 7px)}
.run.unreachable{background:repeating-linear-gradient(90deg,var(--lost) 0 1.5px,var(--lost-wash) 1.5px 6px)}
.run.loop{background:radial-gradient(circle,var(--lost) 1.4px,transparent 1.6px) 0 0/7px 7px var(--lost-wash)}
.run.refused{background:repeating-linear-gradient(45deg,transparent 0 5px,var(--lost) 5px 6.5px),repeating-linear-gradient(135deg,var(--lost) 0 1.5px,var(--lost-wash) 1.5px 7px)}
.gaps{position:relative;height:29px}
.gap{position:absolute;top:3px;height:6px;min-width:3px;border:1.5px solid var(--bad);border-top:0}
.outage{position:absolute;z-index:2;top:11px;padding:0 4px;font-size:12.5px;line-height:17px;font-weight:600;color:var(--bad);background:var(--card);white-space:nowrap}
.phase-bar{position:relative;height:6px;margin:2px 0 4px}
.phase-bar .phase{position:absolute;top:0;bottom:0;min-width:1px}
.phase.detection{background:var(--p1)}.phase.propagation{background:var(--p2)}
.phase.installation{background:var(--p3)}.phase.answer{background:var(--p4);box-shadow:inset 0 0 0 1px var(--p3)}
.key .phase{display:inline-block;width:11px;height:8px}
.caption,.phases{font-size:13.5px;line-height:1.5}
.caption{padding-top:3px}
.phases{color:var(--quiet);font-size:12.5px}
.phases .key{margin-left:6px;vertical-align:baseline}
.events{margin-top:14px;font-size:13.5px;columns:2;column-gap:40px;line-height:1.45}
.events li{display:grid;grid-template-columns:32px 68px 58px minmax(0,1fr);gap:0 6px;padding:2px 0;break-inside:avoid;border-radius:3px;scroll-margin-top:40px}
.events li:target{background:var(--inconclusive-wash);box-shadow:0 0 0 4px var(--inconclusive-wash)}
.events .number{color:var(--quiet);text-align:right;padding-right:6px;white-space:nowrap}
.events .when{text-align:right;padding-right:6px;white-space:nowrap}
.events .kind{color:var(--quiet)}
.events .kind.maintenance{color:var(--text);font-weight:600}.events .kind.fault{color:var(--bad);font-weight:600}.events .kind.repair{color:var(--good);font-weight:600}
.say{display:contents}
.untouched{position:relative;z-index:3;margin-top:0}
.watched{font-size:13.5px}
@media (min-width:761px){.untouched,.watched{margin-left:176px}}
@media (max-width:760px){
.timeline{--label:0px}
.lane{grid-template-columns:minmax(0,1fr)}
.flow{position:relative;z-index:2;padding-bottom:4px;background:var(--card)}
.flow b,.flow .address{display:inline;margin-right:8px}
.lane.marks .flow,.lane.axis .flow{display:none}
.events{columns:1}
.events li{grid-template-columns:30px 64px minmax(0,1fr)}
.say{display:block}}
`;
