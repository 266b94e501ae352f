/* Dumps the IPv4 routes and sums up their links' indices; libmnl. */
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <sys/socket.h>

struct sum { unsigned long count, oif; };

static int each(const struct nlmsghdr *header, void *data)
{
	struct sum *sum = data;
	const struct nlattr *attr;
	mnl_attr_for_each(attr, header, sizeof(struct rtmsg))
		if (mnl_attr_get_type(attr) == RTA_OIF && mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			sum->oif += mnl_attr_get_u32(attr);
	sum->count++;
	return MNL_CB_OK;
}

int main(void)
{
	char buffer[32768];
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
	struct sum sum = { 0 };
	struct rtmsg *route;
	unsigned port;
	int n;

	header->nlmsg_type = RTM_GETROUTE;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	header->nlmsg_seq = 1;
	route = mnl_nlmsg_put_extra_header(header, sizeof *route);
	route->rtm_family = AF_INET;
	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, header, header->nlmsg_len) < 0)
		goto failed;
	port = mnl_socket_get_portid(socket);
	while ((n = mnl_socket_recvfrom(socket, buffer, sizeof buffer)) > 0)
		if ((n = mnl_cb_run(buffer, n, 1, port, each, &sum)) <= 0)
			break;
	if (n < 0)
		goto failed;
	printf("%lu routes, sum %lu\n", sum.count, sum.oif);
	mnl_socket_close(socket);
	return 0;
failed:
	perror("routes");
	return 1;
}
