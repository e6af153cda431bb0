"""Connect to public addresses only, as resolved at the time of connecting."""

import asyncio
import ipaddress
import socket

import httpx


class GuardedTransport(httpx.AsyncBaseTransport):
    """Resolves each host itself, and connects to the very address that it has checked.

    So a name that resolves differently the next time (DNS rebinding) leads nowhere; and as
    every request passes here, so does every redirect.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._ssl = httpx.create_ssl_context()
        self._of_host: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the checked address of its host.

        Raises
        ------
        httpx.ConnectError
            The host has no address, or one that is not public.
        """
        host = request.url.host
        address = await self._checked_address(host, request)
        # one pool of connections a host: hosts that share an address have other certificates
        if host not in self._of_host:
            self._of_host[host] = httpx.AsyncHTTPTransport(verify=self._ssl)
        return await self._of_host[host].handle_async_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,  # Host is set, to the name
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
        )

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in self._of_host.values():
            await transport.aclose()

    async def _checked_address(self, host: str, request: httpx.Request) -> str:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                host, None, type=socket.SOCK_STREAM
            )
        except OSError as error:
            raise httpx.ConnectError(f"no address of {host}: {error}", request=request) from error
        addresses = [str(entry[4][0]) for entry in found]
        private = [address for address in addresses if not is_public(address)]
        if private and not self._allow_private:
            raise httpx.ConnectError(
                f"{host} is at the private address {private[0]} (ingest.allow_private)",
                request=request,
            )
        return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet's."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast
