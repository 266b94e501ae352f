/* Lists the links: index, name, mtu; libmnl. */
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

static int each(const struct nlmsghdr *header, void *data)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(header);
	const struct nlattr *attr;
	const char *name = "";
	unsigned mtu = 0;
	mnl_attr_for_each(attr, header, sizeof *link) {
		if (mnl_attr_get_type(attr) == IFLA_IFNAME && mnl_attr_validate(attr, MNL_TYPE_STRING) >= 0)
			name = mnl_attr_get_str(attr);
		if (mnl_attr_get_type(attr) == IFLA_MTU && mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			mtu = mnl_attr_get_u32(attr);
	}
	printf("%d: %s mtu %u\n", link->ifi_index, name, mtu);
	return MNL_CB_OK;
}

int main(void)
{
	char buffer[32768];
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
	unsigned port;
	int n;

	header->nlmsg_type = RTM_GETLINK;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	header->nlmsg_seq = 1;
	mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, header, header->nlmsg_len) < 0)
		goto failed;
	port = mnl_socket_get_portid(socket);
	while ((n = mnl_socket_recvfrom(socket, buffer, sizeof buffer)) > 0)
		if ((n = mnl_cb_run(buffer, n, 1, port, each, NULL)) <= 0)
			break;
	if (n < 0)
		goto failed;
	mnl_socket_close(socket);
	return 0;
failed:
	perror("links");
	return 1;
}
