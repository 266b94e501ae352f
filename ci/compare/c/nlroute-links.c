/* Lists the links: index, name, mtu; libnl-route-3 and its cache. */
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <stdio.h>
#include <sys/socket.h>

static void each(struct nl_object *object, void *data)
{
	struct rtnl_link *link = (struct rtnl_link *)object;
	printf("%d: %s mtu %u\n", rtnl_link_get_ifindex(link), rtnl_link_get_name(link), rtnl_link_get_mtu(link));
}

int main(void)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct nl_cache *cache;
	int error;

	if ((error = nl_connect(socket, NETLINK_ROUTE)) < 0 ||
	    (error = rtnl_link_alloc_cache(socket, AF_UNSPEC, &cache)) < 0) {
		nl_perror(error, "links");
		return 1;
	}
	nl_cache_foreach(cache, each, NULL);
	nl_cache_free(cache);
	nl_socket_free(socket);
	return 0;
}
