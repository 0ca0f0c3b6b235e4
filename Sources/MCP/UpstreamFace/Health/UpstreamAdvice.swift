/// What to do about an error that ended an upstream's connection or kept it from being made. Taken
/// from the error's own words, of which its tests have each: it stands beside the error, never in
/// its place.
public enum UpstreamAdvice {
  /// Why that may be and what to do, for a person; nil where the error says all there is to say.
  ///
  /// - Parameter isProcess: whether the upstream is a child process.
  public static func text(for error: String, isProcess: Bool) -> String? {
    // An error has what a server wrote in it, which comes last and could be anything.
    let own =
      error.firstRange(of: "; its last words:").map { error[..<$0.lowerBound] } ?? error[...]
    return (isProcess ? process : http).first { own.contains($0.words) }?.advice
  }

  private static let process: [(words: String, advice: String)] = [
    (
      "not found in PATH",
      "The program is not installed, or not where the gateway looks. Install it, or give its full "
        + "path as `command`."
    ),
    (
      "interpreter",
      "The program's first line or its loader names a file that is missing. Install what it needs."
    ),
    (
      "working directory", "Make the directory, let the gateway's user enter it, or change `cwd`."
    ),
    (
      "cannot be started",
      "Check that `command` is a program that the gateway's user may execute."
    ),
    (
      "exited with code 127",
      "A shell or launcher did not find the program. Run the command by hand as the gateway's user."
    ),
    (
      "exited with code 126",
      "A shell or launcher found the program and may not execute it. Check its permissions."
    ),
    (
      "ended by signal",
      "The process was killed or crashed. Look for memory limits and in its own log."
    ),
    (
      "the process ended",
      "Run the command by hand as the gateway's user; it must stay and read its standard input. A "
        + "missing argument or environment variable is the usual cause."
    ),
    (
      "closed its standard output",
      "The server ended its side. Run the command by hand as the gateway's user."
    ),
    (
      "a line of more than",
      "Its message is too long. Ask it for less, or raise `limits.result_bytes`."
    ),
    (
      "in time",
      "It started and did not answer `initialize`. A first start that downloads packages takes "
        + "long; start it once by hand. A server that is no MCP server over stdio never answers."
    ),
    (
      "no answer within",
      "It started and did not answer. Start it once by hand, and see whether it speaks MCP over "
        + "stdio."
    ),
    (
      "protocol violation",
      "It writes something else than MCP messages on its standard output. Its log belongs on "
        + "standard error."
    ),
  ]

  private static let http: [(words: String, advice: String)] = [
    (
      "was not found:",
      "The name is wrong, or the gateway's resolver does not know it. Check `url` and DNS."
    ),
    (
      "Connection refused",
      "Nothing listens there. Start the server, and check host and port in `url`."
    ),
    (
      "no connection to",
      "The host cannot be reached from here. Check the route, the firewall, and host and port in "
        + "`url`."
    ),
    (
      "no connection could be made in time",
      "The host does not answer at all. Check host and port in `url`, the firewall, and "
        + "`HTTPS_PROXY`."
    ),
    (
      "TLS with",
      "The certificate is not trusted, expired, or for another name. Give its authority as "
        + "`ca`; `https` in `url` of a server that speaks `http` fails so, too."
    ),
    (
      "HTTP 401",
      "It wants other credentials. Check the `Authorization` header of this server and whether its "
        + "token has expired."
    ),
    (
      "HTTP 403",
      "The credentials are known and may not do this. Ask for the scope or role that it takes."
    ),
    (
      "HTTP 404", "There is no MCP endpoint at this path. Check `url`; often it ends with `/mcp`."
    ),
    (
      "HTTP 405", "The path takes no POST. Check `url`, and `type: sse` for an old server."
    ),
    (
      "HTTP 429", "It is called too often. Bound the calls with `rate` or `max_in_flight`."
    ),
    (
      "HTTP 5", "The server or what is in front of it fails. Look in its log."
    ),
    (
      "is not public", "The address is refused on purpose. Give the host's public name in `url`."
    ),
    (
      "its session ended", "The server forgot the session; the next call opens another."
    ),
    (
      "in time", "It takes connections and does not answer. Look in its log, or raise `timeout`."
    ),
    (
      "no answer within",
      "It takes connections and does not answer. Look in its log, or raise `timeout`."
    ),
    (
      "larger than", "Its answer is too long. Ask it for less, or raise `limits.result_bytes`."
    ),
    (
      "closed the connection", "It, or a proxy in between, hangs up. Look in its log."
    ),
    (
      "broke off", "It, or a proxy in between, hung up in the middle. Look in its log."
    ),
    (
      "protocol violation",
      "What answers there is no MCP server, or a proxy answers in its place. Check `url`."
    ),
    (
      "not acceptable HTTP",
      "What answers there does not speak HTTP as it should. Check scheme and port in `url`."
    ),
  ]
}
