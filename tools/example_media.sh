#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
# Makes the sound and the moving pictures of examples/belarus-2020/files once, by hand. Not part of any build: encoders of
# another version write other bytes. Needs Debian's ffmpeg, espeak-ng and fonts-dejavu-core. Run it after
# `python tools/example_files.py --write`, then run that again, so that FILES.md lists the new hashes.
set -euo pipefail
cd "$(dirname "$0")/../examples/belarus-2020/files"
work=$(mktemp -d); trap 'rm -r "$work"' EXIT
exact=(-v error -y -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1)
font=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
mkdir -p sound video pictures

espeak-ng -v en -s 150 -w "$work/en.wav" "This recording is an invented example. It was made by a machine. Nobody speaks here."
espeak-ng -v ru -s 150 -w "$work/ru.wav" "Это вымышленный пример. Запись сделана машиной."
ffmpeg -v error -y -i "$work/en.wav" -i "$work/ru.wav" -filter_complex '[0][1]concat=n=2:v=0:a=1' "$work/voice.wav"
ffmpeg -i "$work/voice.wav" "${exact[@]}" -c:a libopus -b:a 24k -metadata comment="INVENTED EXAMPLE" sound/voice-note.ogg
ffmpeg -i "$work/voice.wav" "${exact[@]}" -c:a libmp3lame -b:a 32k -metadata comment="INVENTED EXAMPLE" sound/voice-note.mp3
ffmpeg -i "$work/voice.wav" "${exact[@]}" -c:a aac -b:a 32k -metadata comment="INVENTED EXAMPLE" sound/voice-note.m4a

mark="drawtext=fontfile=$font:text='INVENTED EXAMPLE':fontsize=26:fontcolor=white:box=1:boxcolor=0xb00020:boxborderw=8:x=12:y=12"
count="drawtext=fontfile=$font:text='%{pts\\:hms}':fontsize=18:fontcolor=white:x=12:y=h-32"
ffmpeg -v error -y -loop 1 -framerate 10 -i pictures/square.jpg -i "$work/voice.wav" -t 4 -vf "$mark,$count" \
  -c:v ffv1 -c:a pcm_s16le "$work/clip.mkv"
ffmpeg -i "$work/clip.mkv" "${exact[@]}" -c:v libx264 -pix_fmt yuv420p -crf 30 -threads 1 -c:a aac -b:a 32k \
  -movflags +faststart -metadata comment="INVENTED EXAMPLE" video/clip.mp4
ffmpeg -i "$work/clip.mkv" "${exact[@]}" -c:v libvpx-vp9 -crf 45 -b:v 0 -threads 1 -c:a libopus -b:a 24k \
  -metadata comment="INVENTED EXAMPLE" video/clip.webm

ffmpeg -i pictures/square.jpg "${exact[@]}" -c:v libwebp -quality 60 pictures/square.webp
ffmpeg -v error -y -loop 1 -t 1 -i pictures/square-without-exif.jpg -loop 1 -t 1 -i pictures/вечар.png -filter_complex \
  '[0]scale=192:128,setsar=1,format=rgb24[a];[1]scale=192:128,setsar=1,format=rgb24[b];[a][b]concat=n=2,fps=1,split[s][t];[s]palettegen[p];[t][p]paletteuse' \
  -fflags +bitexact pictures/blink.gif
