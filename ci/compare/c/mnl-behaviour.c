/* The little experiments of ci/compare, each by its name as the first argument; libmnl. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#ifndef NETLINK_GET_STRICT_CHK
#define NETLINK_GET_STRICT_CHK 12
#endif

static char buffer[131072];
static const char *wanted;
static int seen;
static size_t room = 32768;
static unsigned count;

static const char *name_of(const struct nlmsghdr *header)
{
	const struct nlattr *attr;
	mnl_attr_for_each(attr, header, sizeof(struct ifinfomsg))
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			return mnl_attr_get_str(attr);
	return "";
}

static int each(const struct nlmsghdr *header, void *data)
{
	count++;
	if (wanted && !strcmp(name_of(header), wanted))
		seen = 1;
	return MNL_CB_OK;
}

static int event(const struct nlmsghdr *header, void *data)
{
	if (header->nlmsg_type != RTM_NEWLINK)
		return MNL_CB_OK;
	puts(strcmp(name_of(header), "forged0") ? "yes" : "no: it is delivered as an event");
	exit(0);
}

/* Sends the request and runs the callbacks, with room for so many bytes. */
static int ask(struct mnl_socket *socket, struct nlmsghdr *header)
{
	unsigned port = mnl_socket_get_portid(socket);
	int n;
	header->nlmsg_seq = 1;
	if (mnl_socket_sendto(socket, header, header->nlmsg_len) < 0)
		return -1;
	while ((n = mnl_socket_recvfrom(socket, buffer, room)) > 0)
		if ((n = mnl_cb_run(buffer, n, 1, port, each, NULL)) <= 0)
			break;
	return n;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct mnl_socket *socket = mnl_socket_open(NETLINK_ROUTE);
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	int on = 1;

	if (!socket || mnl_socket_bind(socket, strcmp(what, "forged") ? 0 : RTMGRP_LINK, MNL_SOCKET_AUTOPID) < 0)
		return 1;
	if (!strcmp(what, "done")) {
		struct rtmsg *route;
		header->nlmsg_type = RTM_GETROUTE;
		header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
		route = mnl_nlmsg_put_extra_header(header, sizeof *route);
		route->rtm_family = AF_INET;
		route->rtm_src_len = 5;
		if (mnl_socket_setsockopt(socket, NETLINK_GET_STRICT_CHK, &on, sizeof on) < 0)
			return 1;
		if (ask(socket, header) < 0)
			printf("%s: %s\n", errno == EINVAL ? "yes" : "no", strerror(errno));
		else
			printf("no: success with %u routes\n", count);
	} else if (!strncmp(what, "altnames", 8)) {
		int n;
		if (what[8])
			room = 8192;
		header->nlmsg_type = RTM_GETLINK;
		header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
		mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
		wanted = "many";
		n = ask(socket, header);
		if (n < 0)
			printf("no: %s\n", strerror(errno));
		else
			puts(seen ? "yes" : "no: success without it");
	} else if (!strcmp(what, "extack")) {
		struct ifinfomsg *link;
		header->nlmsg_type = RTM_NEWLINK;
		header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
		link = mnl_nlmsg_put_extra_header(header, sizeof *link);
		link->ifi_index = if_nametoindex("many");
		mnl_attr_put_u32(header, IFLA_MTU, 1000000);
		mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &on, sizeof on);
		if (ask(socket, header) < 0)
			printf("no: only \"%s\", unless one walks the error's attributes oneself\n", strerror(errno));
	} else if (!strcmp(what, "forged")) {
		int n;
		printf("port %u\n", mnl_socket_get_portid(socket));
		fflush(stdout);
		while ((n = mnl_socket_recvfrom(socket, buffer, room)) > 0)
			mnl_cb_run(buffer, n, 0, 0, event, NULL);
	} else if (!strcmp(what, "large")) {
		static char payload[70000];
		struct nlattr *attr = mnl_nlmsg_get_payload_tail(header);
		if (!mnl_attr_put_check(header, sizeof buffer, 100, sizeof payload, payload))
			puts("yes");
		else
			printf("no: its length says %u\n", attr->nla_len);
	}
	return 0;
}
