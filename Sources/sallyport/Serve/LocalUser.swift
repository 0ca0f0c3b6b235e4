import Configuration
import Glibc

/// Who runs this process.
enum LocalUser {
  static var id: UInt32 { getuid() }
  static var name: String { ProcessEnvironment.userName() ?? "uid \(id)" }
  static var processID: Int32 { getpid() }
}

/// The processors this process may use.
enum Processors {
  static var available: Int { max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
