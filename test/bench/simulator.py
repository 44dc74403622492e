"""Which site each system of a graph reaches, by matrix-bgpsim (MIT): simulator.py GRAPH SITE,SITE,...

The anycast prefix is a system of its own, a customer of every site: the last system before it on a path is the site.
"""

import sys
import tempfile

from matrix_bgpsim import RMatrix


def main() -> None:
    graph, sites = sys.argv[1], sys.argv[2].split(",")
    with open(graph, encoding="utf-8") as file:
        lines = [line for line in file.read().split("\n") if line and not line.startswith("#")]
    systems = sorted({word for line in lines for word in line.split("|")[:2]}, key=int)
    prefix = str(max(map(int, systems)) + 1)
    lines += [f"{site}|{prefix}|-1" for site in sites]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as written:
        written.write("\n".join(lines) + "\n")
        written.flush()
        matrix = RMatrix(written.name)
        matrix.run(n_jobs=1, max_iter=64, save_next_hop=True, backend="cpu")
        for system in systems:
            path = None if system in sites else matrix.get_path(system, prefix)
            site = system if system in sites else (path[-2] if path and len(path) > 1 else "-")
            print(f"{system},{site}")


if __name__ == "__main__":
    main()
