/* Lists the links: index, name, mtu; libnl-3 alone. */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdio.h>

static int each(struct nl_msg *msg, void *data)
{
	struct nlmsghdr *header = nlmsg_hdr(msg);
	struct ifinfomsg *link = nlmsg_data(header);
	struct nlattr *name = nlmsg_find_attr(header, sizeof *link, IFLA_IFNAME);
	struct nlattr *mtu = nlmsg_find_attr(header, sizeof *link, IFLA_MTU);
	printf("%d: %s mtu %u\n", link->ifi_index, name ? nla_get_string(name) : "", mtu ? nla_get_u32(mtu) : 0);
	return NL_OK;
}

int main(void)
{
	struct nl_sock *socket = nl_socket_alloc();
	struct ifinfomsg link = { 0 };
	int error;

	nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, each, NULL);
	if ((error = nl_connect(socket, NETLINK_ROUTE)) < 0 ||
	    (error = nl_send_simple(socket, RTM_GETLINK, NLM_F_DUMP, &link, sizeof link)) < 0 ||
	    (error = nl_recvmsgs_default(socket)) < 0) {
		nl_perror(error, "links");
		return 1;
	}
	nl_socket_free(socket);
	return 0;
}
