/* Dumps the IPv4 routes and sums up their links' indices; libnl-3 alone. */
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <sys/socket.h>

struct sum { unsigned long count, oif; };

static int each(struct nl_msg *msg, void *data)
{
	struct sum *sum = data;
	struct nlattr *oif = nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct rtmsg), RTA_OIF);
	if (oif)
		sum->oif += nla_get_u32(oif);
	sum->count++;
	return NL_OK;
}

int main(void)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct rtmsg route = { .rtm_family = AF_INET };
	struct sum sum = { 0 };
	int error;

	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, each, &sum);
	if ((error = nl_connect(socket, NETLINK_ROUTE)) < 0 ||
	    (error = nl_send_simple(socket, RTM_GETROUTE, NLM_F_DUMP, &route, sizeof route)) < 0 ||
	    (error = nl_recvmsgs_default(socket)) < 0) {
		nl_perror(error, "routes");
		return 1;
	}
	printf("%lu routes, sum %lu\n", sum.count, sum.oif);
	nl_socket_free(socket);
	return 0;
}
