/** How often the guard looks in the time that this process may hang. */
export const looks = 5;

/**
 * Reads which attempts there are until the other end of the pipe is gone, or has given no sign for so many looks, then
 * ends those that are left: SIGTERM, and SIGKILL for what is there half a second later, which is less than any lease has
 * left. What has left its group is found by the cookie in its environment, and in its control group, whose path begins
 * with the first argument. What is there even then is named on stderr.
 *
 * A shell cannot wait for a line for a time, so what comes is handed on line by line by one that the looks come from too.
 */
export const guardScript = `
trap '' INT TERM HUP PIPE
cgroups=$1
lookUntilKilled() {
  while sleep "$1" > /dev/null || sleep 1 > /dev/null; do echo look; done
}
handOn() {
  ticker=
  while read -r sign entry; do
    if [ "$sign" = '~' ] && [ ! "$ticker" ]; then
      lookUntilKilled "$entry" < /dev/null &
      ticker=$!
    fi
    echo "$sign $entry"
  done
  [ ! "$ticker" ] || kill -KILL "$ticker"
}
strays() {
  {
    grep -lsF $cookies /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
    for directory in $directories; do cat "$directory/cgroup.procs"; done
  } | sort -un
}
look() {
  read -r stat < "/proc/$1/stat" || return
  name=\${stat#*(} name=\${name%)*} stat=\${stat##*) } state=\${stat%% *}
  stat=\${stat#* } stat=\${stat#* } group=\${stat%% *}
  case $state in Z | X) return 1 ;; esac
}
isMember() {
  case $leaders in *" $group "*) return ;; esac
  return 1
}
# What belongs to another user is there as well.
send() {
  case $(LC_ALL=C kill -s "$1" -- "$2" 2>&1) in '' | *permitted*) found=1 ;; esac
}
signal() {
  found=
  for leader in $leaders; do send "$1" "-$leader"; done
  for pid in $(strays); do
    look "$pid" && ! isMember && send "$1" "$pid"
  done
}
# Names what could not be ended.
tell() {
  left=
  for directory in /proc/[0-9]*; do
    pid=\${directory#/proc/}
    look "$pid" && isMember && left="$left, $pid ($name, of $(stat -c %U "$directory"))"
  done
  for pid in $(strays); do
    look "$pid" && ! isMember && left="$left, $pid ($name, of $(stat -c %U "/proc/$pid"))"
  done
  [ -d /proc/self ] || left=", a process of the groups$leaders"
  [ "$left" ] || return
  why="could not be ended after its worker $1 and may still be running"
  echo "[nightshift] $why: \${left#, }. End it with its user's rights, by sudo kill -9 for example." >&3
}
# Ends what is left of all attempts; its argument says why.
endAll() {
  leaders=' ' cookies= directories=
  for entry in $entries; do
    leaders="$leaders\${entry%%:*} "
    cookies="$cookies -e \${entry#*:}"
    if [ "$cgroups" ]; then directories="$directories $cgroups\${entry#*:}"; fi
  done
  [ "$cookies" ] || return
  signal TERM
  for pause in 1 2 3 4 5; do
    signal 0
    [ "$found" ] || break
    sleep 0.1 || sleep 1
  done
  for pause in 1 2 3 4 5 6 7 8 9 10; do
    [ "$found" ] || break
    for directory in $directories; do echo 1 > "$directory/cgroup.kill"; done
    signal KILL
    sleep 0.1 || sleep 1
    signal 0
  done
  for directory in $directories; do rmdir "$directory"; done
  [ ! "$found" ] || tell "$1"
}
watch() {
  entries=' ' silent=0
  while read -r sign entry; do
    case $sign in
      +) entries="$entries$entry " silent=0 ;;
      -) case $entries in *" $entry "*) entries="\${entries%% $entry *} \${entries#* $entry }" ;; esac ;;
      '~') silent=0 ;;
      look)
        silent=$((silent + 1))
        if [ "$silent" -ge ${looks} ] && [ "$entries" != ' ' ]; then
          echo '[nightshift] A worker hangs: its commands were ended, so that other workers can run them.' >&3
          endAll hung
          entries=' '
        fi
        ;;
    esac
  done
  # Where this guard was killed itself, its successor watches.
  kill -0 $$ && endAll 'was killed'
}
exec 3>&2 2> /dev/null
# Whoever reads stderr waits for all that hold it: a sleep that is left when the guard ends must not.
handOn 3>&- | watch
`;
