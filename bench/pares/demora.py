"""A longer way to a server: a proxy on loopback that hands every piece on after a while, in both directions.

python -m bench.pares.demora PORT SECONDS        prints the port on which it listens

Its throughput is that of the link; only the time of flight is added, half of SECONDS each way.
"""

import asyncio
import sys

TROZO = 2**18


async def atender(lector: asyncio.StreamReader, escritor: asyncio.StreamWriter) -> None:
    hacia_lector, hacia_escritor = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    await asyncio.gather(_llevar(lector, hacia_escritor), _llevar(hacia_lector, escritor))


async def _llevar(lector: asyncio.StreamReader, escritor: asyncio.StreamWriter) -> None:
    """What is read now is written half of SECONDS later, however much is under way meanwhile."""
    loop = asyncio.get_running_loop()
    vuelo = float(sys.argv[2]) / 2
    while trozo := await lector.read(TROZO):
        loop.call_later(vuelo, escritor.write, trozo)
    loop.call_later(vuelo + 0.01, escritor.close)


async def main() -> None:
    server = await asyncio.start_server(atender, "127.0.0.1", 0, limit=TROZO)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
