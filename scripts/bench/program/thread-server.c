/*
 * The plain design that the peer is held against: a thread for each connection, one read of the request, the file
 * read and sent 4 KiB at a time, the connection closed after it. No limits, no deadlines, no names checked.
 *
 *     thread-server FOLDER
 *
 * Tells the port as a line of JSON and ends when its standard input ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE_BYTES = 4096, BACKLOG = 4096 };

static const char *folder;

static int send_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    const ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
    if (sent <= 0) return 0;
    bytes += sent;
    length -= sent;
  }
  return 1;
}

static void serve(int fd) {
  char piece[PIECE_BYTES];
  char path[PIECE_BYTES];
  const ssize_t length = recv(fd, piece, sizeof piece - 1, 0);
  if (length <= 5 || memcmp(piece, "REQ: ", 5) != 0) return;
  piece[length] = '\0';
  snprintf(path, sizeof path, "%s/%s", folder, piece + 5);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    send_all(fd, "ERR: not_found", 14);
    return;
  }
  setvbuf(file, NULL, _IONBF, 0);
  int is_open = send_all(fd, "RES: ", 5);
  size_t count;
  while (is_open && (count = fread(piece, 1, sizeof piece, file)) > 0) is_open = send_all(fd, piece, count);
  fclose(file);
}

static void *on_connection(void *argument) {
  const int fd = (int)(long)argument;
  serve(fd);
  close(fd);
  return NULL;
}

static void *until_input_ends(void *argument) {
  char piece[64];
  while (read(0, piece, sizeof piece) > 0) {
  }
  exit(0);
  return argument;
}

int main(int count, char **words) {
  if (count != 2) return 2;
  folder = words[1];
  signal(SIGPIPE, SIG_IGN);
  const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listening, (struct sockaddr *)&address, sizeof address) < 0 || listen(listening, BACKLOG) < 0) return 1;
  getsockname(listening, (struct sockaddr *)&address, &length);
  printf("{\"event\":\"listening\",\"address\":\"127.0.0.1:%d\"}\n", ntohs(address.sin_port));
  fflush(stdout);
  pthread_t thread;
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  pthread_create(&thread, &detached, until_input_ends, NULL);
  for (;;) {
    const int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (pthread_create(&thread, &detached, on_connection, (void *)(long)fd) != 0) close(fd);
  }
}
