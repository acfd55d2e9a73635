/* The floor under every server with one send() a delivery: accept, upgrade, and write each frame to all sockets of
 * its room. No buffers: a frame that does not fit into a socket is dropped with the socket. Usage: writer PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_SOCKETS = 65536, MOST_ROOMS = 1024, MOST_BYTES = 65536, NAME = 64 };

struct room { char name[NAME]; int *sockets; int count, space; };
struct client { struct room *room; int at; unsigned char *rest; size_t held; };

static struct room rooms[MOST_ROOMS];
static int room_count;
static struct client clients[MOST_SOCKETS];
static unsigned char input[MOST_BYTES], output[MOST_BYTES + 16];

static uint32_t turned(uint32_t value, int by) { return value << by | value >> (32 - by); }

/* SHA-1 of a text of at most 119 bytes: the key and the GUID of RFC 6455 are 60. */
static void sha1(const unsigned char *text, size_t size, unsigned char digest[20]) {
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}, w[80];
    unsigned char padded[128] = {0};
    size_t whole = size < 56 ? 64 : 128;
    memcpy(padded, text, size);
    padded[size] = 0x80;
    for (int i = 0; i < 8; i++) padded[whole - 1 - i] = (unsigned char)((uint64_t)size * 8 >> (8 * i));
    for (size_t at = 0; at < whole; at += 64) {
        for (int i = 0; i < 16; i++) {
            const unsigned char *p = padded + at + 4 * i;
            w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) w[i] = turned(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            uint32_t f, k;
            if (i < 20) f = (b & c) | (~b & d), k = 0x5A827999;
            else if (i < 40) f = b ^ c ^ d, k = 0x6ED9EBA1;
            else if (i < 60) f = (b & c) | (b & d) | (c & d), k = 0x8F1BBCDC;
            else f = b ^ c ^ d, k = 0xCA62C1D6;
            uint32_t next = turned(a, 5) + f + e + k + w[i];
            e = d, d = c, c = turned(b, 30), b = a, a = next;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void accept_key(const char *key, char *answer) {
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[64];
    unsigned char digest[21] = {0};
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    sha1((unsigned char *)text, strlen(text), digest);
    for (int i = 0, o = 0; i < 21; i += 3, o += 4) {
        uint32_t three = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 | digest[i + 2];
        for (int j = 0; j < 4; j++) answer[o + j] = signs[three >> (18 - 6 * j) & 63];
    }
    answer[27] = '=';
    answer[28] = 0;
}

static struct room *room_named(const char *name) {
    for (int i = 0; i < room_count; i++)
        if (!strcmp(rooms[i].name, name)) return &rooms[i];
    if (room_count == MOST_ROOMS) return NULL;
    snprintf(rooms[room_count].name, NAME, "%s", name);
    return &rooms[room_count++];
}

static void leave(int fd) {
    struct client *one = &clients[fd];
    if (one->room) {
        int last = one->room->sockets[--one->room->count];
        one->room->sockets[one->at] = last;
        clients[last].at = one->at;
    }
    free(one->rest);
    memset(one, 0, sizeof *one);
    close(fd);
}

static void enter(int fd, struct room *room) {
    if (room->count == room->space) {
        room->space = room->space ? 2 * room->space : 64;
        room->sockets = realloc(room->sockets, sizeof(int) * (size_t)room->space);
        if (!room->sockets) abort();
    }
    clients[fd].room = room;
    clients[fd].at = room->count;
    room->sockets[room->count++] = fd;
}

static void write_to_all(struct room *room, const unsigned char *text, size_t size) {
    size_t head = 2;
    output[0] = 0x81;
    if (size < 126) output[1] = (unsigned char)size;
    else output[1] = 126, output[2] = (unsigned char)(size >> 8), output[3] = (unsigned char)size, head = 4;
    memcpy(output + head, text, size);
    for (int i = room->count - 1; i >= 0; i--)
        if (send(room->sockets[i], output, head + size, MSG_NOSIGNAL) != (ssize_t)(head + size)) leave(room->sockets[i]);
}

/* The answer to the upgrade; -1 ends the socket. */
static int upgrade(int fd, char *request) {
    char name[NAME], answer[29], text[256];
    const char *key = strcasestr(request, "Sec-WebSocket-Key: ");
    if (sscanf(request, "GET /r/%63[^/ ]", name) != 1 || !key || strlen(key) < 43) return -1;
    struct room *room = room_named(name);
    if (!room) return -1;
    accept_key(key + 19, answer);
    int size = snprintf(text, sizeof text, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", answer);
    if (send(fd, text, (size_t)size, MSG_NOSIGNAL) != size) return -1;
    enter(fd, room);
    return 0;
}

/* Bytes taken of what was read; -1 ends the socket. */
static ssize_t take(int fd, unsigned char *data, size_t size) {
    size_t at = 0;
    if (!clients[fd].room) {
        char *end = memmem(data, size, "\r\n\r\n", 4);
        if (!end) return 0;
        *end = 0;
        if (upgrade(fd, (char *)data)) return -1;
        at = (size_t)((unsigned char *)end - data) + 4;
    }
    while (size - at >= 6) {
        size_t length = data[at + 1] & 127, start = at + 2;
        if (length == 127 || !(data[at + 1] & 128)) return -1;
        if (length == 126) length = (size_t)data[at + 2] << 8 | data[at + 3], start += 2;
        if (size < start + 4 + length) break;
        const unsigned char *mask = data + start;
        unsigned char *text = data + start + 4;
        if ((data[at] & 15) == 8) return -1;
        for (size_t i = 0; i < length; i++) text[i] ^= mask[i & 3];
        if ((data[at] & 15) == 1) write_to_all(clients[fd].room, text, length);
        at = start + 4 + length;
    }
    return (ssize_t)at;
}

static void readable(int fd) {
    struct client *one = &clients[fd];
    memcpy(input, one->rest, one->held);
    ssize_t got = recv(fd, input + one->held, MOST_BYTES - 1 - one->held, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) { leave(fd); return; }
    size_t size = one->held + (size_t)got;
    input[size] = 0;
    ssize_t taken = take(fd, input, size);
    if (taken < 0) { leave(fd); return; }
    one->held = size - (size_t)taken;
    free(one->rest);
    one->rest = one->held ? malloc(one->held) : NULL;
    if (one->held) memcpy(one->rest, input + taken, one->held);
}

int main(int count, char **arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct epoll_event events[1024], wanted = {.events = EPOLLIN};
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), queue = epoll_create1(0);
    if (count != 2) return 2;
    address.sin_port = htons((uint16_t)atoi(arguments[1]));
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) { perror("listen"); return 1; }
    wanted.data.fd = listener;
    epoll_ctl(queue, EPOLL_CTL_ADD, listener, &wanted);
    for (;;) {
        int ready = epoll_wait(queue, events, 1024, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd != listener) { readable(fd); continue; }
            while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                if (fd >= MOST_SOCKETS) { close(fd); continue; }
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
                wanted.data.fd = fd;
                epoll_ctl(queue, EPOLL_CTL_ADD, fd, &wanted);
            }
        }
    }
}
