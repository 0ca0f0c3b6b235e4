import Glibc
import JSON

/// Signing in by way of a browser: says where, and waits until somebody did.
struct BrowserLogin {
  private static let interval: UInt32 = 1

  let client: AdminClient

  /// The answer with the session.
  func run() throws(AdminClient.Failure) -> JSONNode {
    let begun = try client.request("POST", "/v1/login/device").root
    guard let device = begun[member: "deviceCode"]?.string, let url = begun[member: "url"]?.string,
      let code = begun[member: "userCode"]?.string, let lifetime = begun[member: "expiresIn"]?.int64
    else { throw .failed("it began no sign-in") }
    Output.writeError(
      printable("Open \(url)") + "\n"
        + printable("and go on there if the page shows \(code). Waiting for it …") + "\n")
    let body = Array(#"{"deviceCode":\#(JSONText.string(device))}"#.utf8)
    for _ in 0...(lifetime / Int64(Self.interval)) {
      let answer = try client.request("POST", "/v1/login/device/token", body: body).root
      if answer[member: "pending"]?.bool != true { return answer }
      sleep(Self.interval)
    }
    throw .refused("nobody signed in in time: begin anew")
  }
}
