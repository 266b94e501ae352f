/* Dumps the IPv4 routes and sums up their links' indices; libnl-route-3 and its cache. */
#include <netlink/netlink.h>
#include <netlink/route/route.h>
#include <stdio.h>
#include <sys/socket.h>

struct sum { unsigned long count, oif; };

static void hop(struct rtnl_nexthop *hop, void *data)
{
	((struct sum *)data)->oif += rtnl_route_nh_get_ifindex(hop);
}

static void each(struct nl_object *object, void *data)
{
	rtnl_route_foreach_nexthop((struct rtnl_route *)object, hop, data);
	((struct sum *)data)->count++;
}

int main(void)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct nl_cache *cache;
	struct sum sum = { 0 };
	int error;

	if ((error = nl_connect(socket, NETLINK_ROUTE)) < 0 ||
	    (error = rtnl_route_alloc_cache(socket, AF_INET, 0, &cache)) < 0) {
		nl_perror(error, "routes");
		return 1;
	}
	nl_cache_foreach(cache, each, &sum);
	printf("%lu routes, sum %lu\n", sum.count, sum.oif);
	nl_cache_free(cache);
	nl_socket_free(socket);
	return 0;
}
