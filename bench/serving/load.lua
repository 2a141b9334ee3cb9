-- One picture of raw octets in every request; at the end, one line of JSON.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/octet-stream"
wrk.body = string.rep(string.char(0, 64, 128, 255), 196)

function done(summary, latency, requests)
  local e = summary.errors
  print(string.format(
    '{"requests":%d,"seconds":%.2f,"not_200":%d,"broken":%d,"p50_us":%d,"p99_us":%d,"p999_us":%d}',
    summary.requests, summary.duration / 1e6, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
